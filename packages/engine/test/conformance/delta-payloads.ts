import { applyFossilDelta } from "./fossil-delta.js"
import { isList, isObject, type Json, type JsonObject } from "./json.js"

/** How the bytes of a payload are written in a message: as JSON text, or the Protobuf form. */
export interface PayloadForm {
  read(text: string): Buffer
  write(bytes: Buffer): string
}

/**
 * Puts `{ "$delta": payload }` for the fossil deltas that one connection gets, so that any correct
 * delta will do. It remembers the latest payload of each channel.
 */
export class DeltaPayloads {
  readonly #form: PayloadForm
  readonly #latest = new Map<string, Buffer>()
  readonly #channels = new Map<Json, string>()

  constructor(form: PayloadForm) {
    this.#form = form
  }

  /** Remembers which subscribe command asked for which channel. */
  sent(commands: readonly Json[]): void {
    for (const command of commands) {
      if (!isObject(command) || !isObject(command.subscribe)) continue
      const { channel } = command.subscribe
      if (typeof channel === "string") this.#channels.set(command.id ?? 0, channel)
    }
  }

  /** The message with its deltas resolved. @throws Error when a delta is wrong. */
  resolved(message: Json): Json {
    if (!isObject(message)) return message
    const { push, subscribe, connect } = message
    if (isObject(push) && isObject(push.pub)) {
      return { ...message, push: { ...push, pub: this.#publication(push.channel, push.pub) } }
    }
    if (isObject(subscribe)) {
      const channel = this.#channels.get(message.id ?? 0)
      return { ...message, subscribe: this.#subscribed(channel, subscribe) }
    }
    if (isObject(connect) && isObject(connect.subs)) {
      const subs = Object.entries(connect.subs).map(([channel, result]) => [
        channel,
        isObject(result) ? this.#subscribed(channel, result) : result,
      ])
      return { ...message, connect: { ...connect, subs: Object.fromEntries(subs) } }
    }
    return message
  }

  #subscribed(channel: Json | undefined, result: JsonObject): JsonObject {
    const { publications } = result
    if (!isList(publications)) return result
    return {
      ...result,
      publications: publications.map((item) =>
        isObject(item) ? this.#publication(channel, item) : item,
      ),
    }
  }

  #publication(channel: Json | undefined, publication: JsonObject): JsonObject {
    const key = String(channel)
    const { data } = publication
    if (typeof data !== "string") {
      this.#latest.delete(key)
      return publication
    }
    const bytes = this.#form.read(data)
    if (publication.delta !== true) {
      this.#latest.set(key, bytes)
      return publication
    }
    const payload = applyFossilDelta(this.#latest.get(key) ?? Buffer.alloc(0), bytes)
    this.#latest.set(key, payload)
    return { ...publication, data: { $delta: this.#form.write(payload) } }
  }
}
