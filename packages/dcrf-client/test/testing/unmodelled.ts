/** What the recordings show and the fake doesn't do. */
interface Unmodelled {
  readonly case: string
  /** The steps that differ; all of them when left out. */
  readonly steps?: readonly number[]
  /** Or the stream whose frames are missing. */
  readonly stream?: string
  readonly reason: string
}

/** Each with the reason, and the way a test can do it all the same. */
export const unmodelled: readonly Unmodelled[] = [
  {
    case: "signal observer",
    reason: "Signals are the application's own; send() says what an observer of them would.",
  },
  {
    case: "unasked for and free-form",
    steps: [0],
    reason: "No observer is subscribed on accept; send() says what it would.",
  },
  {
    case: "unique, relations, many-to-many",
    steps: [5],
    reason:
      "A row is saved at once with its relations: one event, where Django's signals make two.",
  },
  {
    case: "multiplexed",
    stream: "feed",
    reason: "Each stream has rows of its own: a change of things is none of feed's.",
  },
]
