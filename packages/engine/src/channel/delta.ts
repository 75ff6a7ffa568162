import { type Payload, type Publication, payloadBytes, toRawJson } from "@instant-ws/protocol"
import { createDelta } from "fossil-delta"
import type { StoredPublication } from "../broker/broker.js"

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** What makes one payload out of the one before it, in the format of the Fossil version control system. */
export class Delta {
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The publication with the delta for its data. */
  binary(publication: Publication): Publication {
    return { ...publication, data: this.#bytes, delta: true }
  }

  /**
   * The publication with the delta for its data, as a JSON string; undefined where the delta cuts a
   * character in two, so that no JSON string can carry it.
   */
  json(publication: StoredPublication): Publication | undefined {
    const text = this.#text()
    return text === undefined ? undefined : { ...publication, data: toRawJson(text), delta: true }
  }

  #text(): string | undefined {
    try {
      return utf8.decode(this.#bytes)
    } catch (error) {
      if (error instanceof TypeError) return undefined
      throw error
    }
  }
}

/** The delta between two payloads; undefined when it would not be smaller than `after` itself. */
export function deltaBetween(before: Payload, after: Payload): Delta | undefined {
  const target = payloadBytes(after)
  const bytes = Uint8Array.from(createDelta(payloadBytes(before), target))
  return bytes.length < target.length ? new Delta(bytes) : undefined
}
