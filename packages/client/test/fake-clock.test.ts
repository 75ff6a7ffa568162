import { FakeClock } from "djangoinstant/testing"
import { expect, test } from "vitest"

test("timers run in order, each at its time, and promises settle between", async () => {
  using clock = FakeClock.install(0)
  const calls: string[] = []
  const later = (milliseconds: number, name: string) =>
    setTimeout(async () => {
      calls.push(`${name} at ${Date.now()}`)
      await Promise.resolve()
      calls.push(`${name} settled`)
    }, milliseconds)
  later(20, "b")
  later(10, "a")
  later(20, "c")
  clearTimeout(later(15, "never"))
  await clock.advance(9)
  expect(calls).toEqual([])
  await clock.advance(11)
  expect(calls).toEqual([
    ...["a at 10", "a settled"],
    ...["b at 20", "b settled"],
    ...["c at 20", "c settled"],
  ])
})

test("an interval runs until it is cleared, and timers set by timers run in time", async () => {
  using clock = FakeClock.install(0)
  const calls: string[] = []
  const call = (name: string) => calls.push(`${name} at ${Date.now()}`)
  const interval = setInterval(call, 10, "interval")
  setTimeout(() => setTimeout(call, 5, "timeout"), 10)
  setTimeout(() => clearInterval(interval), 25)
  await clock.advance(1_000)
  expect(calls).toEqual(["interval at 10", "timeout at 15", "interval at 20"])
})

test("a wall clock that is put wrong runs no timer, and delays stay what they were", async () => {
  using clock = FakeClock.install(new Date("2026-11-21T10:00:00Z"))
  const [calls, start]: [string[], number] = [[], performance.now()]
  setTimeout(() => calls.push(new Date().toISOString()), 60_000)
  clock.set(new Date("2026-11-21T11:00:00Z"))
  await clock.advance(0)
  expect(calls).toEqual([])
  expect(new Date().toISOString()).toBe("2026-11-21T11:00:00.000Z")
  await clock.advance(60_000)
  expect(calls).toEqual(["2026-11-21T11:01:00.000Z"])
  expect(performance.now() - start).toBe(60_000)
})

test("dates that say when stay real dates", () => {
  using _ = FakeClock.install(0)
  const date = new Date(2026, 10, 21)
  expect(date).toBeInstanceOf(Date)
  expect(date.getFullYear()).toBe(2026)
  expect(Date.parse("1970-01-01T00:00:01Z")).toBe(1_000)
  expect(String(new Date())).toBe(Date())
  expect(Date.now()).toBe(0)
})

test("what a timer throws comes out of advance", async () => {
  using clock = FakeClock.install()
  setTimeout(() => {
    throw new Error("in a timer")
  }, 1)
  await expect(clock.advance(1)).rejects.toThrow("in a timer")
})

test("the real clock is back afterwards, and real timers can be cleared meanwhile", async () => {
  const names = ["setTimeout", "setInterval", "clearTimeout", "clearInterval", "Date"] as const
  const before = names.map((name) => globalThis[name])
  const real = setTimeout(() => {
    throw new Error("not cleared")
  }, 1)
  {
    using _ = FakeClock.install()
    clearTimeout(real)
    for (const [index, name] of names.entries()) expect(globalThis[name]).not.toBe(before[index])
    expect(() => FakeClock.install()).toThrow("installed already")
  }
  expect(names.map((name) => globalThis[name])).toEqual(before)
  await new Promise((resolve) => setTimeout(resolve, 5))
  FakeClock.install().restore()
})
