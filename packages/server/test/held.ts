/** Something that is waited for until a test lets it go on. */
export class Held {
  readonly #arrived: Promise<void>
  readonly #released: Promise<void>
  #arrive: () => void = () => {}
  /** Lets go on what waits. */
  release: () => void = () => {}

  constructor() {
    this.#arrived = new Promise((resolve) => {
      this.#arrive = resolve
    })
    this.#released = new Promise((resolve) => {
      this.release = resolve
    })
  }

  /** Resolves when somebody waits. */
  get arrived(): Promise<void> {
    return this.#arrived
  }

  /** Waits. */
  wait(): Promise<void> {
    this.#arrive()
    return this.#released
  }
}
