/** Takes a listener off again. A second call does nothing. */
export type Off = () => void

/** Calls what is the application's; what it throws, also later, goes to `report`. */
export function callSafely(call: () => unknown, report: (cause: unknown) => void): void {
  try {
    const result = call()
    if (result instanceof Promise) result.catch(report)
  } catch (cause) {
    report(cause)
  }
}

/** Those who are told of an event. One that throws is reported, and hinders no other. */
export class Listeners<T> {
  readonly #calls = new Set<{ readonly call: (value: T) => unknown }>()
  readonly #report: (cause: unknown) => void

  constructor(report: (cause: unknown) => void) {
    this.#report = report
  }

  add(call: (value: T) => unknown): Off {
    const entry = { call }
    this.#calls.add(entry)
    return () => {
      this.#calls.delete(entry)
    }
  }

  emit(value: T): void {
    for (const { call } of [...this.#calls]) callSafely(() => call(value), this.#report)
  }
}
