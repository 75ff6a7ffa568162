import type { Off } from "../emitter.js"

/** A value that is kept up to date while somebody watches it. */
export interface Live<Value> {
  /** The value of now: the same one until it changes. */
  readonly get: () => Value
  /** Tells each change; with the first watcher it begins, with the last it ends. */
  readonly watch: (changed: () => void) => Off
}

/** Sets the value, which it can also get, until it is called off. */
export type Start<Value> = (set: (value: Value) => void, get: () => Value) => Off

/** A live value, which begins as `initial` each time that `start` is called. */
export function live<Value>(initial: Value, start: Start<Value>): Live<Value> {
  const watchers = new Set<() => void>()
  let value = initial
  let stop: Off | undefined
  const get = () => value
  const set = (next: Value) => {
    value = next
    for (const changed of watchers) changed()
  }
  const watch = (changed: () => void) => {
    watchers.add(changed)
    if (stop === undefined) {
      value = initial
      stop = start(set, get)
    }
    return () => {
      watchers.delete(changed)
      // Who leaves and is back in the same turn, as parts of a page do in StrictMode, goes on.
      queueMicrotask(() => {
        if (watchers.size > 0) return
        stop?.()
        stop = undefined
      })
    }
  }
  return { get, watch }
}
