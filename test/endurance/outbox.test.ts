import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { createInstant, type Outbox, openStore } from "@instant-ws/server"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { API_KEY, RunningEngine, SECRET } from "../../packages/engine/test/running-engine.js"
import { type DatabaseKind, databases, sqlite } from "../databases.js"
import { Reader } from "./outbox/reader.js"
import { Site, type SiteEngine } from "./outbox/site.js"
import { report } from "./report.js"
import { freePort } from "./served-engine.js"
import { seeds, size, TIMEOUT } from "./size.js"
import { faultless } from "./verdict.js"

const keys = { apiKey: API_KEY, tokenSecret: SECRET }

/** A kill of the site: so many accepted since its start, and so many milliseconds later. */
const kill = fc.record({
  after: fc.integer({ min: 1, max: 120 }),
  delay: fc.integer({ min: 0, max: 8 }),
})
/** What happens in a run: a storm of durable events, in which the site is killed. */
const plans = fc.record({
  channels: fc.integer({ min: 1, max: 4 }),
  publishers: fc.integer({ min: 1, max: 4 }),
  /** Whether another site storms on the same database meanwhile, with the same engine elsewhere. */
  isShared: fc.boolean(),
  kills: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(kill) },
    { weight: 1, arbitrary: fc.tuple(kill, kill) },
  ),
})
type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never

function planOf(seed: number): Plan {
  const [plan] = fc.sample(plans, { seed, numRuns: 1 })
  if (plan === undefined) throw new Error("no plan was drawn")
  return plan
}

/** Where a run is played. */
interface Stage {
  readonly database: string
  readonly engine: SiteEngine
  readonly websocketUrl: string
  readonly seed: number
}

/** Plays a plan, and tells what a client received of what was committed. */
async function play({ database, engine, websocketUrl, seed }: Stage) {
  const { channels: count, publishers, kills, isShared } = planOf(seed)
  const channels = Array.from({ length: count }, (_, index) => `seed-${seed}-${index}`)
  const order = { database, engine, channels, seed, publishers }
  const neighbour = isShared && "url" in engine ? Site.make() : undefined
  const storming = kills.map(() => Site.make())
  const last = "port" in engine ? Site.make() : undefined
  let reader: Reader | undefined
  await neighbour?.start({ ...order, name: "neighbour", seed: seed + 1 })
  for (const [index, { after, delay }] of kills.entries()) {
    await using site = storming[index]
    await site?.start({ ...order, name: `site-${index}` })
    reader ??= await Reader.start(websocketUrl, channels)
    if (index === 0) neighbour?.storm()
    site?.storm()
    await site?.accepted(after)
    await setTimeout(delay)
  }
  await neighbour?.[Symbol.asyncDispose]()
  await using site = last
  await site?.start({ ...order, name: "last" })
  // Where the engine is elsewhere, this process delivers what the dead have left behind.
  const rest =
    "url" in engine ? await createInstant({ database, engine }) : await openStore(database)
  try {
    await drained(rest.outbox)
    const entries = await rest.outbox.list({ limit: 1_000_000 })
    const accepted = entries.map(({ channel, envelope }) => ({
      channel,
      message: String(Object(envelope).message),
    }))
    await reader?.caughtUp(accepted.length)
    return { events: accepted.length, kills: kills.length, verdict: reader?.verdictOn(accepted) }
  } finally {
    reader?.[Symbol.dispose]()
    await rest.close()
  }
}

function drained(outbox: Outbox): Promise<void> {
  return vi.waitFor(
    async () => {
      const { waiting, scheduled, failed } = await outbox.stats()
      expect({ waiting, scheduled, failed }).toEqual({ waiting: 0, scheduled: 0, failed: 0 })
    },
    { timeout: 15_000, interval: 20 },
  )
}

const allSeeds = seeds(size.outbox.seeds)
const total = { seeds: 0, kills: 0, events: 0 }

async function faultlessRun(stage: Stage): Promise<void> {
  const { verdict, kills, events } = await play(stage)
  expect(verdict).toEqual(faultless)
  total.seeds++
  total.kills += kills
  total.events += events
}

afterAll(() => {
  report(
    "outbox",
    `${total.seeds} seeds from ${allSeeds[0]}: ${total.kills} kills, ${total.events} events`,
  )
})

/** The databases take turns. */
function seedsOf(kind: DatabaseKind): readonly number[] {
  return allSeeds.filter((seed) => databases[seed % databases.length] === kind)
}

// One seed alone is of one database.
const kinds = databases.filter((kind) => seedsOf(kind).length > 0)

describe.each(kinds)("what a site on $name has committed outlives its death", (kind) => {
  let running: RunningEngine

  beforeAll(async () => {
    running = await RunningEngine.start({
      channel: { without_namespace: { allow_subscribe_for_client: true } },
    })
  })
  afterAll(async () => {
    await running[Symbol.asyncDispose]()
  })

  const own = seedsOf(kind)
  const [elsewhere, embedded] = [false, true].map((isEmbedded) =>
    own.filter((seed) => seed % 8 < 2 === isEmbedded),
  )

  test.for(elsewhere ?? [])("seed %i, the engine elsewhere", { timeout: TIMEOUT }, async (seed) => {
    await using database = await kind.make()
    const engine = { url: running.url, ...keys }
    const { websocketUrl } = running
    await faultlessRun({ database: database.url, engine, websocketUrl, seed })
  })

  test.for(embedded ?? [])("seed %i, its history on disk", { timeout: TIMEOUT }, async (seed) => {
    await using database = await kind.make()
    await using folder = await ownFolder()
    const port = await freePort()
    // Beside a SQLite file it is without being asked.
    const history = kind === sqlite ? {} : { history: join(folder.path, "history.sqlite") }
    const engine = { ...history, port, ...keys }
    const websocketUrl = `ws://127.0.0.1:${port}/connection/websocket`
    await faultlessRun({ database: database.url, engine, websocketUrl, seed })
  })
})

async function ownFolder() {
  const path = await mkdtemp(join(tmpdir(), "instant-history-"))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
