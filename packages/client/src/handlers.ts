import { Listeners, type Off } from "./listeners.js"
import type { Message } from "./message.js"

/** Is called with each message that it asked for. What it returns is ignored, but a promise is watched. */
export type MessageHandler<Data = unknown, Msg = string> = (message: Message<Data, Msg>) => unknown

/**
 * Which messages a handler asks for: those of a channel, of an event class, or of both. `x` also names
 * the private channel `$x`, unless there is a channel `x` too.
 */
export type Filter =
  | string
  | { readonly channel: string; readonly eventClass?: string }
  | { readonly channel?: string; readonly eventClass: string }

/** Brings each message to the handlers that asked for it, in the order in which they came. */
export class Handlers {
  readonly #listeners: Listeners<[Message]>
  readonly #isChannel: (name: string) => boolean

  /** `isChannel` says whether the user has a channel of exactly this name. */
  constructor(
    isChannel: (name: string) => boolean,
    report: (cause: unknown, message: Message) => void,
  ) {
    this.#isChannel = isChannel
    this.#listeners = new Listeners((cause, [message]) => report(cause, message))
  }

  /** Adds a handler for every message. @throws TypeError when it is not a function. */
  onAll(handler: MessageHandler): Off {
    return this.#listeners.add(handler)
  }

  /** Adds a handler. @throws TypeError when it is not a function, or the filter names nothing. */
  on<Data, Msg>(filter: Filter, handler: MessageHandler<Data, Msg>): Off {
    const { channel, eventClass } = asParts(filter)
    if (typeof handler !== "function") throw new TypeError("A handler must be a function")
    // Data and Msg are the application's word for what the publisher sends.
    const call = handler as MessageHandler
    return this.#listeners.add((message) => {
      if (eventClass !== undefined && eventClass !== message.eventClass) return
      if (channel !== undefined && !this.#isNamed(channel, message.channelName)) return
      return call(message)
    })
  }

  dispatch(message: Message): void {
    this.#listeners.emit(message)
  }

  #isNamed(name: string, channelName: string): boolean {
    return name === channelName || (`$${name}` === channelName && !this.#isChannel(name))
  }
}

function asParts(filter: Filter): { readonly channel?: string; readonly eventClass?: string } {
  const parts = typeof filter === "string" ? { channel: filter } : filter
  if (parts.channel === undefined && parts.eventClass === undefined) {
    throw new TypeError("on() needs a channel name, { eventClass }, or both")
  }
  return parts
}
