import type { Message } from "./message.js"
import type { Wire } from "./wire.js"

/**
 * An immutable sequence of messages that wait to be written. Sessions that have been sent the same
 * since their last flush hold the same chain, so its frame is built once for all of them, and
 * appending a message to the chains of a thousand sessions makes one new chain.
 */
export class Chain {
  readonly #wire: Wire
  readonly #parent: Chain | undefined
  readonly #encoded: Uint8Array | undefined
  /** The bytes of the messages, without framing. */
  readonly size: number
  readonly length: number
  #frame: Buffer | undefined
  /** The last child: all sessions append the same message one after the other. */
  #lastMessage: Message | undefined
  #lastChild: Chain | undefined

  constructor(wire: Wire, parent?: Chain, encoded?: Uint8Array) {
    this.#wire = wire
    this.#parent = parent
    this.#encoded = encoded
    this.size = (parent?.size ?? 0) + (encoded?.length ?? 0)
    this.length = parent === undefined ? 0 : parent.length + 1
  }

  /** The chain without messages, from which all chains of a wire grow. */
  static empty(wire: Wire): Chain {
    return new Chain(wire)
  }

  /** This chain with one more message: the same object whenever the same message comes next. */
  append(message: Message): Chain {
    if (this.#lastMessage === message && this.#lastChild !== undefined) return this.#lastChild
    const child = new Chain(this.#wire, this, this.#wire.encode(message))
    this.#lastMessage = message
    this.#lastChild = child
    return child
  }

  /** The messages as one frame, built at the first call. */
  get frame(): Buffer {
    this.#frame ??= this.#wire.frame(this.#messages())
    return this.#frame
  }

  #messages(): readonly Uint8Array[] {
    const messages = new Array<Uint8Array>(this.length)
    let link: Chain = this
    while (link.#parent !== undefined && link.#encoded !== undefined) {
      messages[link.length - 1] = link.#encoded
      link = link.#parent
    }
    return messages
  }
}
