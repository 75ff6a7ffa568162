import type { ComponentChildren } from "preact"
import type { Resource } from "../use-resource.js"

interface LoadedProps<T> {
  readonly resource: Resource<T>
  /** How many lines stand in for what is on its way. @default 5 */
  readonly lines?: number
  readonly children: (value: T) => ComponentChildren
}

/** What the server answered; before that lines that stand in for it, and what went wrong. */
export function Loaded<T>({ resource, lines = 5, children }: LoadedProps<T>) {
  const { value, problem, reload } = resource
  if (value === undefined && problem === undefined) {
    return (
      <div class="skeleton" role="status">
        <span class="visually-hidden">Loading…</span>
        {Array.from({ length: lines }, (_, line) => (
          <span key={line} class="skeleton-line" />
        ))}
      </div>
    )
  }
  return (
    <>
      {problem !== undefined && (
        <div class="broken" role="alert">
          <p>{problem}</p>
          <button type="button" class="button" onClick={() => void reload()}>
            Try again
          </button>
        </div>
      )}
      {value !== undefined && children(value)}
    </>
  )
}
