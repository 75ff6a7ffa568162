import type { RefObject } from "preact"
import { useLayoutEffect, useRef } from "preact/hooks"

/** How far from the end, in pixels, still counts as reading the newest. */
const NEAR = 48

/**
 * Keeps the end of a scrolling list in sight while entries arrive, unless the visitor has scrolled
 * back to read.
 */
export function useNewestInSight(entries: readonly unknown[]): RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null)
  const height = useRef(0)
  useLayoutEffect(() => {
    const element = list.current
    if (element === null) return
    const wasNear = element.scrollTop + element.clientHeight >= height.current - NEAR
    if (wasNear) element.scrollTop = element.scrollHeight
    height.current = element.scrollHeight
  }, [entries])
  return list
}
