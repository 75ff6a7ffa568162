/** A stream has ended. The message is for the one who looks at it. */
export class StreamEnd extends Error {
  override readonly name = "StreamEnd"
  /** Whether another try would end in the same way. */
  readonly isFinal: boolean

  constructor(reason: string, isFinal: boolean) {
    super(`The stream has ended: ${reason}.`)
    this.isFinal = isFinal
  }
}
