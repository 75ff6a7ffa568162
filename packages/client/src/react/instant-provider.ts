import { createContext, createElement, type ReactElement, type ReactNode, useContext } from "react"
import type { Instant } from "../instant.js"

/** What an {@link InstantProvider} takes. */
export interface InstantProviderProps<Channels = unknown> {
  /** Made by `useInstant` of djangoinstant, outside of components. */
  readonly instant: Instant<Channels>
  /** Where the hooks find it. */
  readonly children?: ReactNode
}

const InstantContext = createContext<unknown>(undefined)

/**
 * Hands an {@link Instant} to the hooks below. It only hands it on: the application calls `init`, `login`
 * and `connect`, before or after.
 */
export function InstantProvider<Channels = unknown>({
  instant,
  children,
}: InstantProviderProps<Channels>): ReactElement {
  return createElement(InstantContext.Provider, { value: instant }, children)
}

/**
 * The {@link Instant} of the provider above.
 * @throws Error when there is none.
 */
export function useInstantClient<Channels = unknown>(): Instant<Channels> {
  const instant = useContext(InstantContext)
  if (instant === undefined) {
    throw new Error(
      "No Instant here: put <InstantProvider instant={instant}> around this component",
    )
  }
  // The provider took an Instant; of which channels is the application's word.
  return instant as Instant<Channels>
}
