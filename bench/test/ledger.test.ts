import { expect, test } from "vitest"
import { Ledger } from "../src/load/ledger.js"

test("a ledger knows what came, and what came again", () => {
  const ledger = new Ledger()
  expect([0, 5, 5_000, 5, 0].map((sequence) => ledger.enter(sequence))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
  expect(ledger.distinct).toBe(3)
  expect(ledger.twice).toBe(2)
})
