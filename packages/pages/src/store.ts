import { useEffect, useState } from "preact/hooks"

/** One value that the page shows, and those who want to know when it changes. */
export class Store<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  /** Replaces the value and tells every listener. */
  set(value: T): void {
    this.#value = value
    for (const listener of this.#listeners) listener()
  }

  /** Calls the listener after each change, until the function that it returns is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}

/** The value of a store in a component, which is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, setDrawings] = useState(0)
  useEffect(() => {
    const redraw = () => setDrawings((count) => count + 1)
    // A change between the first drawing and this effect would be missed otherwise.
    redraw()
    return store.subscribe(redraw)
  }, [store])
  return store.value
}
