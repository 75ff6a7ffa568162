import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { signToken } from "../../packages/engine/test/conformance/sign-token.js"
import { RawClient } from "../../packages/engine/test/raw-client.js"
import { handshake, RawWebsocket } from "./load/raw-websocket.js"
import { publish, SteadyPublisher } from "./publishing.js"
import { megabytes, report } from "./report.js"
import { cutRequests } from "./robustness/cut-requests.js"
import { readRecorded } from "./robustness/recorded.js"
import { type Place, targetsAt } from "./robustness/targets.js"
import { volley } from "./robustness/volley.js"
import { Witness, witnessKinds } from "./robustness/witness.js"
import { type ServedConfig, ServedEngine } from "./served-engine.js"
import { seeds, size, TIMEOUT } from "./size.js"
import { faultless, verdictOn } from "./verdict.js"

const { frames, cutStep, slowReaders, toggles } = size.robustness
const CHANNEL = "witness:all"
/** The most that the server may have grown by when it has come to rest. */
const MEMORY_BOUND = 300 * 2 ** 20

/** How long the server may take to come to rest. */
const PATIENCE = { timeout: 20_000, interval: 100 }

const open = {
  allow_subscribe_for_client: true,
  allow_publish_for_client: true,
  allow_history_for_client: true,
  allow_presence_for_client: true,
  presence: true,
  join_leave: true,
  history_size: 10,
  history_ttl: "60s",
  allow_positioning: true,
  allow_recovery: true,
  allowed_delta_types: ["fossil"],
  allow_tags_filter: true,
}
const compression = { compression: true }
const config: ServedConfig = {
  // What the recorded tokens are signed with, so that they open the way for what comes after them.
  client: { token: { hmac_secret_key: "secret" }, queue_max_size: 1_000_000 },
  channel: {
    without_namespace: open,
    namespaces: [
      { name: "witness", allow_subscribe_for_client: true },
      { name: "flood", allow_subscribe_for_client: true },
    ],
  },
  websocket: compression,
  sse: { enabled: true },
  http_stream: { enabled: true },
  uni_websocket: { enabled: true, ...compression },
  uni_sse: { enabled: true },
  uni_http_stream: { enabled: true },
}

const [seed = 1] = seeds(1)
const recorded = readRecorded()
const names = targetsAt({ port: 0, token: "" }, recorded).map(({ name }) => name)

describe("a server that is sent what is wrong", () => {
  let engine: ServedEngine
  let publisher: SteadyPublisher
  let place: Place
  let [pid, memoryBefore] = [0, 0]
  const witnesses: Witness[] = []
  const counted: string[] = []

  beforeAll(async () => {
    engine = await ServedEngine.start(config)
    place = { port: engine.port, token: signToken({ $jwt: { sub: "1" } }) }
    for (const kind of witnessKinds) witnesses.push(await Witness.of(engine.port, kind, CHANNEL))
    publisher = new SteadyPublisher(engine, [CHANNEL], 20)
    pid = engine.pid
    memoryBefore = engine.memory
  })
  afterAll(async () => {
    for (const witness of witnesses) await witness.leave()
    await engine?.[Symbol.asyncDispose]()
  })
  afterEach(() => {
    expect(engine.isRunning).toBe(true)
    expect(witnesses.filter(({ isThere }) => !isThere).map(({ name }) => name)).toEqual([])
  })

  test.for(names)("in mutated frames: %s", { timeout: TIMEOUT }, async (name) => {
    const target = targetsAt(place, recorded).find((each) => each.name === name)
    if (target === undefined) throw new Error(`there is no target ${name}`)
    const count = Math.ceil(frames / names.length)
    const outcomes = await volley(target, { count, seed })
    counted.push(`${name} ${count} (${outcomes})`)
    const isFault = (outcome: string): boolean => /^5|^no answer/.test(outcome)
    expect(Object.keys(outcomes.counts).filter(isFault)).toEqual([])
  })

  test("in requests that are cut at every byte", { timeout: TIMEOUT }, async () => {
    const count = await cutRequests(place, cutStep)
    counted.push(`${count} requests cut`)
    await vi.waitFor(async () => expect(await clients(engine)).toBe(witnesses.length), PATIENCE)
  })

  test("to clients that don't read", { timeout: TIMEOUT }, async () => {
    const channel = "flood:all"
    const slow: RawWebsocket[] = []
    for (let index = 0; index < slowReaders; index++) {
      slow.push(await slowReader(place, channel))
    }
    const data = "x".repeat(50_000)
    let most = 0
    let sent = 0
    for (; sent < 2_000 && (await clients(engine)) > witnesses.length; sent++) {
      await publish(engine, { channel, data, key: `flood ${sent}` })
      most = Math.max(most, engine.memory)
    }
    for (const websocket of slow) websocket.cut()
    const cost = `${sent} publications of 50 KB; memory at most ${megabytes(most)}`
    counted.push(`${slowReaders} slow readers disconnected after ${cost}`)
    expect(await clients(engine)).toBe(witnesses.length)
  })

  test("in floods of subscribing and unsubscribing", { timeout: TIMEOUT }, async () => {
    const answered = await Promise.all(Array.from({ length: 4 }, () => toggle(engine, place)))
    expect(answered).toEqual(answered.map(() => true))
    counted.push(`${4 * toggles} times subscribed and unsubscribed`)
  })

  test("disturbs nobody else, and is as large as before", { timeout: TIMEOUT }, async () => {
    const sent = (await publisher.stop()).get(CHANNEL) ?? 0
    const numbers = Array.from({ length: sent }, (_, index) => index + 1)
    for (const witness of witnesses) {
      await witness.has(sent)
      const { name, received } = witness
      expect({ name, ...verdictOn(received, numbers) }).toEqual({ name, ...faultless })
    }
    const bound = memoryBefore + MEMORY_BOUND
    await vi.waitFor(() => expect(engine.memory).toBeLessThan(bound), PATIENCE)
    const memory = `memory ${megabytes(memoryBefore)} before, ${megabytes(engine.memory)} after`
    counted.push(`${witnesses.length} witnesses, ${sent} publications each; ${memory}`)
    report("robustness", `seed ${seed}: ${counted.join("; ")}`)
    expect(engine.pid).toBe(pid)
    expect(errorsIn(engine.noise)).toEqual([])
    expect(engine.log.filter(({ level }) => level >= 50)).toEqual([])
    expect(await clients(engine)).toBe(witnesses.length)
  })
})

/** The errors that were printed without a log. */
function errorsIn(noise: readonly string[]): readonly string[] {
  return noise.filter((line) => /^(Uncaught )?\w*Error\b/.test(line))
}

async function clients(engine: ServedEngine): Promise<number> {
  return (await engine.metrics()).value("centrifugo_node_num_clients")
}

/** A client that subscribes, and then reads nothing more. */
async function slowReader({ port, token }: Place, channel: string): Promise<RawWebsocket> {
  let subscribed = (): void => {}
  const answered = new Promise<void>((resolve) => {
    subscribed = resolve
  })
  const websocket = await RawWebsocket.open(port, handshake("/connection/websocket"), {
    frame: ({ payload }) => {
      if (payload.includes('"subscribe"')) subscribed()
    },
    closed: () => {},
  })
  const subscribe = JSON.stringify({ id: 2, subscribe: { channel } })
  websocket.send(`${JSON.stringify({ id: 1, connect: { token } })}\n${subscribe}`)
  await answered
  websocket.pause()
  return websocket
}

/** Subscribes and unsubscribes without waiting; tells whether all was answered, in order. */
async function toggle({ websocketUrl }: ServedEngine, { token }: Place): Promise<boolean> {
  const client = await RawClient.open(websocketUrl, {})
  client.send({ id: 1, connect: { token } })
  await client.next()
  const AT_ONCE = 50
  let expected = 2
  for (let sent = 0; sent < toggles; sent += AT_ONCE) {
    const commands = Array.from({ length: AT_ONCE }, (_, index) => [
      { id: 2 + 2 * (sent + index), subscribe: { channel: "toggled" } },
      { id: 3 + 2 * (sent + index), unsubscribe: { channel: "toggled" } },
    ])
    client.send(...commands.flat())
    while (expected < 2 + 2 * (sent + AT_ONCE)) {
      const reply = await client.next()
      if (!("id" in reply)) continue
      if (reply.id !== expected || "error" in reply) return false
      expected++
    }
  }
  client.terminate()
  return true
}
