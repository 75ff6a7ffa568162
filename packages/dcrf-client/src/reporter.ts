import { DcrfError } from "./dcrf-error.js"
import { Listeners } from "./listeners.js"

/** Tells errors for which nobody waits, and writes what happens where the application asked for it. */
export class Reporter {
  /** Who listens. What throws here has nobody left to be told. */
  readonly listeners = new Listeners<DcrfError>(() => {})
  readonly #isVerbose: boolean

  constructor(isVerbose: boolean) {
    this.#isVerbose = isVerbose
  }

  /** Takes a DcrfError, or what one of the application's functions has thrown. */
  readonly report = (cause: unknown): void => {
    const error =
      cause instanceof DcrfError ? cause : new DcrfError("handler", "A handler threw", { cause })
    // Not its message: that of a socket may have the address, with a token.
    this.write(`${error.kind} error ${error.stream ?? ""} ${error.action ?? ""} ${error.status}`)
    this.listeners.emit(error)
  }

  write(line: string): void {
    // biome-ignore lint/suspicious/noConsole: the application asked for it with `debug` or `verbose`.
    if (this.#isVerbose) console.info(`dcrf-client: ${line}`)
  }
}
