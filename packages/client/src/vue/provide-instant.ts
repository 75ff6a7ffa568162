import { type InjectionKey, inject, type Plugin, provide } from "vue"
import type { Instant } from "../instant.js"

const key: InjectionKey<unknown> = Symbol("instant")

/**
 * Hands an {@link Instant} to the composables in the components below this one. It only hands it on:
 * the application calls `init`, `login` and `connect`, before or after.
 */
export function provideInstant<Channels>(instant: Instant<Channels>): void {
  provide(key, instant)
}

/**
 * Hands an {@link Instant} to the composables of a whole application, as {@link provideInstant} does.
 *
 * @example
 * createApp(App).use(createInstantPlugin(instant)).mount("#app")
 */
export function createInstantPlugin<Channels>(instant: Instant<Channels>): Plugin {
  return { install: (app) => app.provide(key, instant) }
}

/**
 * The {@link Instant} that was provided.
 * @throws Error when there is none.
 */
export function useInstantClient<Channels = unknown>(): Instant<Channels> {
  const instant = inject(key, undefined)
  if (instant === undefined) {
    throw new Error(
      "No Instant here: app.use(createInstantPlugin(instant)), or provideInstant above",
    )
  }
  // One was provided; of which channels is the application's word.
  return instant as Instant<Channels>
}
