import { expect, test } from "vitest"
import { describeRecovery } from "../src/recovery.js"

const recovered = (channel: string, missed: number, complete = true) => ({
  channel,
  missed,
  complete,
})

test("names the channels that messages were missed in, without their $", () => {
  const all = [recovered("hits", 2), recovered("$lobby", 1), recovered("$users", 0)]
  expect(describeRecovery(all)).toBe("recovered 3 missed messages in hits, lobby")
})

test("says one message for one", () => {
  expect(describeRecovery([recovered("$lobby", 1)])).toBe("recovered 1 missed message in lobby")
})

test("says when nothing was missed", () => {
  expect(describeRecovery([recovered("hits", 0)])).toBe("nothing was missed")
})

test("names no channel when all are concerned", () => {
  const all = [recovered("hits", 0, false), recovered("@me", 0, false)]
  expect(describeRecovery(all)).toBe("what was missed is lost")
})

test("owns up to what could not be recovered", () => {
  const all = [recovered("hits", 0, false), recovered("$lobby", 2)]
  expect(describeRecovery(all)).toBe(
    "recovered 2 missed messages in lobby; what was missed in hits is lost",
  )
})
