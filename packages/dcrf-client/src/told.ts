/** What a subscriber was told last. */
export interface Told {
  /** The action and the data. */
  last?: readonly unknown[]
  isFetched?: boolean
}

/** Notes what a subscriber is told. @returns whether it was fetched, and has come as an event, or the other way round */
export function isRepeated(told: Told, now: readonly unknown[], isFetched: boolean): boolean {
  const mayRepeat = isFetched || told.isFetched
  const isRepeated = mayRepeat && JSON.stringify(now) === JSON.stringify(told.last)
  told.isFetched = isFetched && !isRepeated
  told.last = now
  return isRepeated === true
}
