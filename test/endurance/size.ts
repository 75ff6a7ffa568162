/** Whether campaigns run whole, as `npm run endurance` has them; else they are the samples of `npm test`. */
const isWhole = process.env.ENDURANCE === "whole"
/** A seed that is to be run again, alone. */
const chosenSeed = process.env.ENDURANCE_SEED

const sample = {
  /** How many seeds; a server is killed once to three times in each. */
  restart: { seeds: 20 },
  /** How many seeds; a site is killed once or twice in each. */
  outbox: { seeds: 20 },
  jitter: { clients: 50, processes: 1, seconds: 5, publicationsPerSecond: 50 },
  crowd: { clients: 300, processes: 1, live: 10, publicationsPerSecond: 50 },
  /** `frames` over all transports; of a handshake's lengths every `cutStep`th is tried. */
  robustness: { frames: 3_000, cutStep: 16, slowReaders: 5, toggles: 500 },
  /** So many of each attack; `seconds` is how long the quiet server is watched before. */
  attack: {
    processes: 1,
    handshakes: 100,
    bombs: 20,
    readers: 10,
    tokens: 200,
    seconds: 1,
  },
}

const whole: typeof sample = {
  restart: { seeds: 300 },
  outbox: { seeds: 300 },
  jitter: { clients: 1_000, processes: 4, seconds: 60, publicationsPerSecond: 50 },
  crowd: { clients: 10_000, processes: 4, live: 50, publicationsPerSecond: 50 },
  robustness: { frames: 100_000, cutStep: 1, slowReaders: 100, toggles: 20_000 },
  attack: {
    processes: 4,
    handshakes: 10_000,
    bombs: 500,
    readers: 200,
    tokens: 10_000,
    seconds: 10,
  },
}

/** How much each campaign does. */
export const size = isWhole ? whole : sample

/** How long a part of a campaign may take before its test fails, in milliseconds. */
export const TIMEOUT = isWhole ? 1_200_000 : 60_000

/** So many seeds: always the same ones in a sample, others each time in a whole campaign. */
export function seeds(count: number): readonly number[] {
  if (chosenSeed !== undefined) return [Number(chosenSeed)]
  const first = isWhole ? Date.now() % 1_000_000_000 : 1
  return Array.from({ length: count }, (_, index) => first + index)
}
