/** Kept from the beginning, so that what is on the wire arrives also while a test's clock stands still. */
const setTask = globalThis.setTimeout

/** Runs something in a task of its own, as sockets do; in the order in which it was asked for. */
export function later(run: () => void): void {
  setTask(run, 0)
}
