/** The server's own clock, which stays right when that of the page is put wrong. */
export class ServerTime {
  readonly #start = Date.now() - performance.now()

  /** Unix time in milliseconds. */
  now(): number {
    return this.#start + performance.now()
  }
}
