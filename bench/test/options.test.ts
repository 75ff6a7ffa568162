import { expect, test } from "vitest"
import { readOptions } from "../src/options.js"

test("without options 100, 1,000 and 10,000 subscribers are measured in three rounds", () => {
  expect(readOptions([])).toMatchObject({
    scale: { quick: false, subscribers: [100, 1_000, 10_000], connections: 10_000 },
    rounds: 3,
    only: [],
    scenario: [],
  })
})

test("filters may be repeated and thousands set apart", () => {
  const args = [
    "--only",
    "ws",
    "--only",
    "instant",
    "--subscribers",
    "1,000",
    "--subscribers",
    "50",
  ]
  expect(readOptions(args)).toMatchObject({
    only: ["ws", "instant"],
    scale: { subscribers: [1_000, 50] },
  })
})

test("a quick run is small, unless it is told otherwise", () => {
  expect(readOptions(["--quick", "--connections", "500"])).toMatchObject({
    scale: { quick: true, subscribers: [1_000], connections: 500 },
    rounds: 1,
  })
})

test("a count that is none is refused by name", () => {
  expect(() => readOptions(["--rounds", "many"])).toThrow("--rounds takes a whole number")
  expect(() => readOptions(["--subscribers", "0"])).toThrow("--subscribers takes a whole number")
})

test("help is asked for with --help", () => {
  expect(readOptions(["--help"])).toBeUndefined()
})
