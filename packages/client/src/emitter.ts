import { InstantError, textOf } from "./instant-error.js"
import type { Told } from "./told.js"

/** Ends a subscription of a handler or listener. Calling it again does nothing. */
export type Off = () => void

/** Is called with what an event tells; a promise that it returns is watched. */
type Listener<Event extends keyof Told> = (...told: Told[Event]) => unknown

/** A listener as it is kept, among those of other events. */
interface Entry<Event extends keyof Told = never> {
  readonly call: Listener<Event>
  /** The event, and the name of a channel if it is to be told of that one alone. */
  readonly topic: string
  /** Its place among all that were added. */
  readonly order: number
}

/** Tells those who listen to an event; if it is of a channel, also those who listen to it there. */
export type Emit = Emitter["emit"]

/** What {@link createEmitter} gives. */
export type Emitter = ReturnType<typeof createEmitter>

/**
 * Tells functions of events, each in turn, in the order in which they came. One that throws, or whose
 * promise is rejected, is told to those who listen to errors, and hinders no other. `resolve` gives
 * the channel that a name stands for.
 */
export function createEmitter(
  resolve: (name: string) => string,
  isVerbose: () => boolean | undefined,
) {
  /** By topic, so that nobody is asked who can't be meant: there may be thousands. */
  const topics = new Map<string, Set<Entry>>()
  let count = 0

  const trace = (...what: readonly unknown[]) => {
    // biome-ignore lint/suspicious/noConsole: the application asked for it with `verbose`.
    if (isVerbose()) console.info("instant:", ...what)
  }

  /** Those who call a channel nothing at all, by its name, or by its name without `$`. */
  const entriesOf = (event: keyof Told, channel = "") => {
    const bare = channel.replace(/^\$/, "")
    const names = new Set(["", channel, resolve(bare) === channel ? bare : channel])
    return [...names].flatMap((name) => [...(topics.get(event + name) ?? [])])
  }

  const listen =
    <Event extends keyof Told>(event: Event) =>
    (call: Listener<Event>, name = "") => {
      if (typeof call !== "function") throw new TypeError("A listener must be a function")
      const topic = event + name
      const entry = { call, topic, order: count++ }
      topics.set(topic, (topics.get(topic) ?? new Set()).add(entry))
      return () => {
        const isThere = topics.get(topic)?.delete(entry)
        if (!topics.get(topic)?.size) topics.delete(topic)
        return isThere
      }
    }

  /** Gives what tells one listener alone. */
  const telling =
    <Event extends keyof Told>(event: Event, told: Told[Event], channel?: string) =>
    (call: Listener<Event>): void => {
      const failed = (cause: unknown) => {
        const text = `A handler of ${channel ?? event} failed: ${textOf(cause)}`
        if (event === "error") trace(text)
        else emit("error", [new InstantError("handler", text, { cause, channel })])
      }
      try {
        const result = call(...told)
        if (result instanceof Promise) result.catch(failed)
      } catch (cause) {
        failed(cause)
      }
    }

  /** Tells all who are there now; who is taken off by an earlier one is passed over. */
  const emit = <Event extends keyof Told>(
    event: Event,
    told: Told[Event],
    channel?: string,
  ): void => {
    trace(event, ...told)
    const tell = telling(event, told, channel)
    for (const entry of entriesOf(event, channel).sort((a, b) => a.order - b.order)) {
      const { topic, call } = entry as Entry<Event>
      if (topics.get(topic)?.has(entry)) tell(call)
    }
  }

  return {
    listen,
    telling,
    emit,
    /** Whether somebody listens to an event of a channel. */
    has: (event: keyof Told, channel: string) => entriesOf(event, channel).length > 0,
    clear: () => topics.clear(),
  }
}
