import { open, rm } from "node:fs/promises"
import { setTimeout } from "node:timers/promises"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { report } from "./report.js"
import { Following } from "./restart/following.js"
import { type Acknowledged, Storm } from "./restart/storm.js"
import { type ServedConfig, ServedEngine } from "./served-engine.js"
import { seeds, size, TIMEOUT } from "./size.js"
import { faultless } from "./verdict.js"

const HISTORY_FILE = "history.sqlite"

const config: ServedConfig = {
  channel: {
    without_namespace: {
      allow_subscribe_for_client: true,
      force_recovery: true,
      history_size: 100_000,
      history_ttl: "600s",
    },
  },
  client: { recovery_max_publication_limit: 100_000 },
}
const onDisk: ServedConfig = {
  ...config,
  broker: { enabled: true, type: "disk", disk: { path: HISTORY_FILE } },
}

/** A kill of the server: so many acknowledged since the one before, and so many milliseconds later. */
const kill = fc.record({
  after: fc.integer({ min: 1, max: 80 }),
  delay: fc.integer({ min: 0, max: 5 }),
})
/** What happens in a run: a storm of publications, in which the server is killed now and then. */
const plans = fc.record({
  channels: fc.integer({ min: 1, max: 4 }),
  publishers: fc.integer({ min: 1, max: 6 }),
  subscribers: fc.integer({ min: 1, max: 4 }),
  // To start again takes most of the time of a run, and most of what can happen happens with one.
  kills: fc.oneof(
    { weight: 7, arbitrary: fc.tuple(kill) },
    { weight: 2, arbitrary: fc.tuple(kill, kill) },
    { weight: 1, arbitrary: fc.tuple(kill, kill, kill) },
  ),
  /** Acknowledged after the last one. */
  rest: fc.integer({ min: 1, max: 30 }),
})
type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never

function planOf(seed: number): Plan {
  const [plan] = fc.sample(plans, { seed, numRuns: 1 })
  if (plan === undefined) throw new Error("no plan was drawn")
  return plan
}

/** Plays a plan, and tells what its subscribers received of what was acknowledged. */
async function play(engine: ServedEngine, name: string, plan: Plan) {
  const channels = Array.from({ length: plan.channels }, (_, index) => `${name}-${index}`)
  await using following = await Following.start(engine, channels, plan.subscribers)
  const storm = new Storm(engine, channels, plan.publishers)
  for (const { after, delay } of plan.kills) {
    await storm.acknowledged(after)
    await setTimeout(delay)
    await engine.kill()
    await engine.restart()
  }
  await storm.acknowledged(plan.rest)
  const acknowledged = await storm.stop()
  await following.caughtUp(acknowledged)
  return {
    publications: acknowledged.length,
    kills: plan.kills.length,
    verdict: following.verdictOn(acknowledged),
    returns: following.returns,
    histories: channels.map((name) => acknowledged.filter(({ channel }) => channel === name)),
  }
}

/** How many histories a channel has had. */
function epochsOf(history: readonly Acknowledged[]): number {
  return new Set(history.map(({ epoch }) => epoch)).size
}

const allSeeds = seeds(size.restart.seeds)

/** Ways in which a history can be lost while the server is down. */
const losses = {
  "was deleted": async (path: string) => {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) await rm(path + suffix, { force: true })
  },
  "has garbage for a header": (path: string) => scribble(path, 0, 100),
  "has garbage in the middle": (path: string) => scribble(path, 4_096, Number.POSITIVE_INFINITY),
}

/** Writes garbage over a part of a file, which is all that is left of the history then. */
async function scribble(path: string, start: number, end: number): Promise<void> {
  for (const suffix of ["-wal", "-shm"]) await rm(path + suffix, { force: true })
  await using file = await open(path, "r+")
  const { size: length } = await file.stat()
  const count = Math.max(0, Math.min(end, length) - start)
  await file.write(Buffer.alloc(count, "garbage "), 0, count, start)
}

describe("what is acknowledged outlives the server's death", () => {
  let engine: ServedEngine
  const total = { seeds: 0, kills: 0, publications: 0, returns: 0 }

  beforeAll(async () => {
    engine = await ServedEngine.start(onDisk)
  })
  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]()
    const { kills, publications, returns } = total
    const counts = `from ${allSeeds[0]}: ${kills} kills, ${publications} publications, ${returns} recoveries`
    report("restart", `${total.seeds} seeds ${counts}`)
  })

  test.for(allSeeds)("seed %i", { timeout: TIMEOUT }, async (seed) => {
    const played = await play(engine, `seed-${seed}`, planOf(seed))
    expect(played.verdict).toEqual(faultless)
    for (const history of played.histories) {
      const offsets = history.map(({ offset }) => offset).toSorted((a, b) => a - b)
      expect(offsets).toEqual(offsets.map((_, n) => n + 1))
      expect(epochsOf(history)).toBe(1)
    }
    expect(played.returns.filter(({ recovered }) => !recovered)).toEqual([])
    total.seeds++
    total.kills += played.kills
    total.publications += played.publications
    total.returns += played.returns.length
  })

  test.for(Object.entries(losses))(
    "clients are told that they missed something when the history %s",
    { timeout: TIMEOUT },
    async ([name, lose]) => {
      const channels = [name]
      await using following = await Following.start(engine, channels, 2)
      const before = new Storm(engine, channels, 4)
      await before.acknowledged(200)
      const [first] = await before.stop()
      await engine.kill()
      await lose(engine.file(HISTORY_FILE))
      await engine.restart()
      const isDamaged = name !== "was deleted"
      if (isDamaged) expect(engine.log).toContainEqual(expect.objectContaining({ level: 40 }))
      await following.returned(2)
      expect(following.returns.map(({ recovered }) => recovered)).toEqual([false, false])
      for (const { epoch } of following.returns) expect(epoch).not.toBe(first?.epoch)
      following.forget()
      const after = new Storm(engine, channels, 1)
      await after.acknowledged(10)
      const acknowledged = await after.stop()
      await following.caughtUp(acknowledged)
      expect(following.verdictOn(acknowledged)).toEqual(faultless)
    },
  )
})

test("what only memory knew is reported missing", { timeout: TIMEOUT }, async () => {
  await using engine = await ServedEngine.start(config)
  const kills: Plan["kills"] = [{ after: 20, delay: 0 }]
  const plan: Plan = { channels: 1, publishers: 2, subscribers: 1, kills, rest: 20 }
  const { returns, histories, verdict } = await play(engine, "memory", plan)
  expect(returns).toEqual([expect.objectContaining({ recovered: false })])
  expect(histories.map(epochsOf)).toEqual([2])
  expect(verdict).not.toEqual(faultless)
})
