import { setImmediate as nextTurn } from "node:timers/promises"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { AcceptQueue, type Arrival } from "../src/transport/accept-queue.js"

/** What the clock says, in milliseconds. */
let now = 0

beforeEach(() => {
  now = 0
  vi.spyOn(performance, "now").mockImplementation(() => now)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** A queue whose doorkeeper takes so many milliseconds for each, and what became of whom. */
function door(maxSize: number, cost: number) {
  const [inside, away]: [string[], string[]] = [[], []]
  const queue = new AcceptQueue(maxSize, {
    letIn: ({ path }) => {
      now += cost
      inside.push(path)
    },
    turnAway: ({ path }) => away.push(path),
  })
  return { queue, inside, away }
}

function arrival(path: string): Arrival {
  return { path, enter: () => {}, refuse: () => {} }
}

describe("the accept queue", () => {
  test("lets who comes alone in at once", async () => {
    const { queue, inside } = door(10, 3)
    for (const path of ["a", "b", "c"]) {
      queue.add(arrival(path))
      expect(inside.at(-1)).toBe(path)
      await nextTurn()
    }
    expect(queue.size).toBe(0)
  })

  test("lets a crowd in over several turns of the loop, first come, first served", async () => {
    const { queue, inside } = door(10, 1)
    const paths = ["a", "b", "c", "d", "e", "f"]
    for (const path of paths) queue.add(arrival(path))
    const turns = [inside.length]
    while (queue.size > 0) {
      await nextTurn()
      turns.push(inside.length)
    }
    expect(inside).toEqual(paths)
    expect(turns.length).toBeGreaterThan(1)
    expect(new Set(turns).size).toBe(turns.length)
  })

  test("lets one in at least in each turn, however long it takes", async () => {
    const { queue, inside } = door(10, 100)
    for (const path of ["a", "b", "c"]) queue.add(arrival(path))
    expect(inside).toEqual(["a"])
    await nextTurn()
    expect(inside).toEqual(["a", "b"])
    await nextTurn()
    expect(inside).toEqual(["a", "b", "c"])
  })

  test("bounds a turn also where nobody sees what it costs", async () => {
    const { queue, inside } = door(1_000, 0)
    for (let n = 0; n < 1_000; n++) queue.add(arrival(`${n}`))
    expect(inside.length).toBeLessThan(100)
    await nextTurn()
    expect(inside.length).toBeLessThan(200)
    queue.empty()
    expect(inside.length).toBe(1_000)
  })

  test("turns away whom it has no room for", async () => {
    const { queue, inside, away } = door(2, 100)
    for (const path of ["a", "b", "c", "d"]) queue.add(arrival(path))
    expect({ inside, away, waiting: queue.size }).toEqual({
      inside: ["a"],
      away: ["d"],
      waiting: 2,
    })
  })

  test("turns away who has waited for more than five seconds", async () => {
    const { queue, inside, away } = door(10, 2_000)
    for (const path of ["a", "b", "c", "d", "e"]) queue.add(arrival(path))
    while (queue.size > 0) await nextTurn()
    expect({ inside, away }).toEqual({ inside: ["a", "b", "c", "d"], away: ["e"] })
  })

  test("forgets who leaves", async () => {
    const { queue, inside } = door(10, 100)
    const [first, second, third] = [arrival("a"), arrival("b"), arrival("c")]
    for (const each of [first, second, third]) queue.add(each)
    queue.remove(second)
    while (queue.size > 0) await nextTurn()
    expect(inside).toEqual(["a", "c"])
  })
})
