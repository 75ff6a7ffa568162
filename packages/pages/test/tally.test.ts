import { expect, test } from "vitest"
import { Tally } from "../src/tally.js"

const at = (seconds: number) => new Date(seconds * 1000)

test("counts by the second, the oldest first", () => {
  const tally = new Tally(3)
  for (const second of [100.1, 100.9, 102]) tally.add(at(second))
  expect(tally.series(102_500)).toEqual([2, 0, 1])
})

test("goes on with time when nothing happens", () => {
  const tally = new Tally(3)
  tally.add(at(100))
  expect(tally.series(102_000)).toEqual([1, 0, 0])
  expect(tally.series(103_000)).toEqual([0, 0, 0])
})

test("counts what comes late where it belongs", () => {
  const tally = new Tally(3)
  tally.add(at(102))
  tally.add(at(101))
  expect(tally.series(102_000)).toEqual([0, 1, 1])
})
