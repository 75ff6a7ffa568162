import { randomBytes } from "node:crypto"
import { setTimeout as pass } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { z } from "zod"
import { connectionToken } from "../../packages/engine/test/running-engine.js"
import { type AttackCommand, type AttackKind, outcomes } from "./load/commands.js"
import { ListenerProcesses, LoadProcesses } from "./load-processes.js"
import { publish, SteadyPublisher } from "./publishing.js"
import { megabytes, report, timings } from "./report.js"
import { ServedEngine } from "./served-engine.js"
import { size, TIMEOUT } from "./size.js"
import { faultless } from "./verdict.js"

const { processes, handshakes, bombs, readers, tokens, seconds } = size.attack
/** How long a counter may take to have counted, in milliseconds. */
const COUNTING = { timeout: 10_000, interval: 100 }

/** An attack, how many there are of it, and what counts them. */
interface Plan {
  readonly kind: AttackKind
  readonly count: number
  readonly counter: string
  readonly labels: Readonly<Record<string, string>>
  /** How long the server may take to end them, in milliseconds. */
  readonly patience: number
}

const NEVER_READ = "clients that never read"
/** How long the server may take to end what it ends at once, in milliseconds. */
const WHILE = 60_000
const REFUSED = "instant_transport_refused_total"
const BAD_FRAMES = "instant_transport_bad_frames_total"
const DISCONNECTS = "centrifugo_client_num_server_disconnects"

const plans: readonly Plan[] = [
  {
    kind: "half-open handshakes",
    count: handshakes,
    counter: REFUSED,
    labels: { reason: "handshake_timeout" },
    patience: WHILE,
  },
  {
    kind: "header bombs",
    count: bombs,
    counter: REFUSED,
    labels: { reason: "header_too_big" },
    patience: WHILE,
  },
  {
    kind: "deflate bombs",
    count: bombs,
    counter: BAD_FRAMES,
    labels: { transport: "websocket" },
    patience: WHILE,
  },
  {
    kind: "fragment bombs",
    count: bombs,
    counter: BAD_FRAMES,
    labels: { transport: "websocket" },
    patience: WHILE,
  },
  {
    kind: NEVER_READ,
    count: readers,
    counter: DISCONNECTS,
    labels: { code: "3008" },
    // Who doesn't read doesn't see the end.
    patience: 0,
  },
  {
    kind: "bad tokens",
    count: tokens,
    counter: DISCONNECTS,
    labels: { code: "3500" },
    patience: WHILE,
  },
]

describe("a server under attack serves the others", () => {
  let engine: ServedEngine
  let witnesses: ListenerProcesses
  let attackers: LoadProcesses<AttackCommand>
  let publisher: SteadyPublisher
  let pid = 0

  beforeAll(async () => {
    engine = await ServedEngine.start({
      channel: {
        without_namespace: {
          allow_subscribe_for_client: true,
          force_recovery: true,
          history_size: 100,
          history_ttl: "600s",
        },
      },
      websocket: { compression: true },
    })
    pid = engine.pid
    attackers = new LoadProcesses("attackers.ts", processes)
    const listening = { kind: "lean", clients: 5, processes: 1, channels: ["live"] } as const
    witnesses = await ListenerProcesses.start(engine, listening)
    publisher = new SteadyPublisher(engine, ["live"], 50)
  })
  afterAll(async () => {
    await attackers?.[Symbol.asyncDispose]()
    await witnesses?.[Symbol.asyncDispose]()
    await engine?.[Symbol.asyncDispose]()
  })

  test.for(plans)("from $kind", { timeout: TIMEOUT }, async (plan) => {
    const { kind, count, counter, labels } = plan
    const counted = async (): Promise<number> => (await engine.metrics()).value(counter, labels)
    await witnesses.latencies()
    await pass(seconds * 1000)
    const before = await witnesses.latencies()
    const [countedBefore, memoryBefore] = [await counted(), engine.memory]
    const attack = begin(plan)
    const ended = attack.then(async () => {
      if (kind === NEVER_READ) await flood(engine, counted, countedBefore + count)
    })
    const most = await mostMemory(engine, ended)
    const came = await attackers.ask(() => ({ do: "end", patience: plan.patience }), outcomes)
    const during = await witnesses.latencies()
    const rose = async (): Promise<number> => (await counted()) - countedBefore
    await vi.waitFor(async () => expect(await rose(), words(came)).toBe(count), COUNTING)
    report(
      "attack",
      `${count} ${kind}: ${words(came)}; others before: ${timings(before.entries)}; during: ` +
        `${timings(during.entries)}; memory ${megabytes(memoryBefore)}, at most ` +
        `${megabytes(most)}; ${counter} ${JSON.stringify(labels)} rose by ${await rose()}`,
    )
    expect(engine.isRunning && engine.pid).toBe(pid)
  })

  test("none of whom missed anything", { timeout: TIMEOUT }, async () => {
    const judged = await witnesses.judge(await publisher.stop())
    expect(judged).toMatchObject({ verdict: faultless, stranded: 0, lost: 0 })
  })

  async function begin({ kind, count }: Plan): Promise<void> {
    const token = await connectionToken("attacker")
    const share = (index: number, of: number): number =>
      Math.floor(((index + 1) * count) / of) - Math.floor((index * count) / of)
    await attackers.ask(
      (index, of) => ({ do: "begin", kind, port: engine.port, token, count: share(index, of) }),
      z.unknown(),
    )
  }
})

/** Publishes what nobody reads, until all who don't have been counted, a while at most. */
async function flood(engine: ServedEngine, counted: () => Promise<number>, goal: number) {
  // It doesn't get smaller when it is compressed.
  const data = randomBytes(40_000).toString("base64")
  for (let sent = 0; sent < 1_000 && (await counted()) < goal; sent++) {
    await publish(engine, { channel: "flood", data, key: `flood ${sent}` })
  }
}

/** The most memory that the server has until something is over, looked at now and then. */
async function mostMemory(engine: ServedEngine, over: Promise<unknown>): Promise<number> {
  let most = engine.memory
  const watch = setInterval(() => {
    most = Math.max(most, engine.memory)
  }, 100)
  await over.finally(() => clearInterval(watch))
  return Math.max(most, engine.memory)
}

function words(came: readonly Readonly<Record<string, number>>[]): string {
  const total = new Map<string, number>()
  for (const [outcome, count] of came.flatMap((each) => Object.entries(each))) {
    total.set(outcome, (total.get(outcome) ?? 0) + count)
  }
  return [...total].map(([outcome, count]) => `${outcome} ${count}`).join(", ") || "none ended"
}
