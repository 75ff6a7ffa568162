import type { ClaimedEntry } from "./claims.js"

/** How much is sent at once, in characters of JSON, unless it is one entry alone. */
const MOST_CHARACTERS = 1024 * 1024

/**
 * The order in which entries are sent: a round has at most one of each channel, as what follows upon a
 * refusal in a channel must not be sent before it.
 */
export function roundsOf(entries: readonly ClaimedEntry[]): readonly (readonly ClaimedEntry[])[] {
  const turns = new Map<string, number>()
  const rounds: ClaimedEntry[][] = []
  for (const entry of entries) {
    const turn = turns.get(entry.channel) ?? 0
    turns.set(entry.channel, turn + 1)
    const round = rounds[turn]
    if (round === undefined) rounds.push([entry])
    else round.push(entry)
  }
  return rounds.flatMap(cut)
}

function cut(round: readonly ClaimedEntry[]): readonly (readonly ClaimedEntry[])[] {
  const parts: ClaimedEntry[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const entry of round) {
    size += entry.envelope.length
    if (size > MOST_CHARACTERS) {
      parts.push([entry])
      size = entry.envelope.length
    } else parts.at(-1)?.push(entry)
  }
  return parts
}
