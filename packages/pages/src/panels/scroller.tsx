import type { ComponentChildren, Ref } from "preact"

interface ScrollerProps {
  readonly label: string
  /** Whether screen readers read new entries out: not where so many come that they would never end. */
  readonly spoken: boolean
  readonly scrollRef?: Ref<HTMLDivElement>
  readonly children: ComponentChildren
}

/** The part of a panel that scrolls, by keyboard too. */
export function Scroller({ label, spoken, scrollRef = null, children }: ScrollerProps) {
  return (
    <div
      class="scroll"
      ref={scrollRef}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      role="log"
      aria-label={label}
      aria-live={spoken ? "polite" : "off"}
    >
      {children}
    </div>
  )
}
