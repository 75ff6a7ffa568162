import type { ComponentChildren } from "preact"
import { useEffect, useRef } from "preact/hooks"

interface PageHeadProps {
  readonly title: string
  /** Stands beside the title. */
  readonly beside?: ComponentChildren
  /** What can be done here. */
  readonly children?: ComponentChildren
}

/** The title of a section, which has the focus when the section appears. */
export function PageHead({ title, beside, children }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Instant admin`
    heading.current?.focus({ preventScroll: true })
  }, [title])
  return (
    <header class="page-head">
      <h1 tabIndex={-1} ref={heading}>
        {title}
      </h1>
      {beside !== undefined && <div class="page-beside">{beside}</div>}
      <div class="page-actions">{children}</div>
    </header>
  )
}
