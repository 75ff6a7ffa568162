import { expect, test } from "vitest"
import { publicationsIn, turnOf } from "../src/channels.js"

test.each([
  { publications: 0, channels: 3 },
  { publications: 1, channels: 3 },
  { publications: 10, channels: 3 },
  { publications: 7, channels: 1 },
])(
  "$publications publications go round $channels channels in turn",
  ({ publications, channels }) => {
    const sequences = Array.from({ length: channels }, (): number[] => [])
    for (let i = 0; i < publications; i++) {
      const { channel, sequence } = turnOf(i, channels)
      sequences[channel]?.push(sequence)
    }
    for (const [channel, numbers] of sequences.entries()) {
      expect(numbers).toEqual(numbers.map((_, i) => i))
      expect(numbers).toHaveLength(publicationsIn(channel, publications, channels))
    }
  },
)
