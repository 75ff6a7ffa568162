/** Takes a listener off again. A second call does nothing. */
export type Off = () => void

/** Takes what nobody waits for: a DcrfError, or what the application's code has thrown. */
export type Report = (cause: unknown) => void

/** Calls what is the application's; what it throws, also later, is reported. */
export function callSafely(call: () => unknown, report: Report): void {
  try {
    const result = call()
    if (result instanceof Promise) result.catch(report)
  } catch (cause) {
    report(cause)
  }
}

/** Those who are told of an event. One that throws is reported, and hinders no other. `add` needs no `this`. */
export class Listeners<T> {
  readonly #calls = new Set<(value: T) => unknown>()

  readonly add = (call: (value: T) => unknown): Off => {
    const own = (value: T) => call(value)
    this.#calls.add(own)
    return () => {
      this.#calls.delete(own)
    }
  }

  emit(value: T, report: Report): void {
    for (const call of [...this.#calls]) callSafely(() => call(value), report)
  }
}
