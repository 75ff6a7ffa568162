import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseRawJson } from "@instant-ws/protocol"
import fc from "fast-check"
import { pino } from "pino"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { Broker, BrokerPublication } from "../src/broker/broker.js"
import { DiskBroker } from "../src/broker/disk/disk-broker.js"
import { DiskStore } from "../src/broker/disk/disk-store.js"
import { MemoryBroker } from "../src/broker/memory/memory-broker.js"
import { createEngine, type StreamPosition } from "../src/index.js"
import { connectionToken, RunningEngine } from "./running-engine.js"

const silent = pino({ level: "silent" })
const history = { size: 3, ttl: 60_000, metaTtl: 60_000 }

describe("history on disk", () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "instant-disk-"))
    path = join(folder, "history.sqlite")
  })
  afterEach(() => rm(folder, { recursive: true }))

  function start(): Promise<RunningEngine> {
    return RunningEngine.start({
      broker: { enabled: true, type: "disk", disk: { path } },
      client: { insecure: true },
      channel: {
        without_namespace: { history_size: 10, history_ttl: "60s", force_recovery: true },
      },
    })
  }

  test("is there after a restart, in the same epoch, with all that was published", async () => {
    const stranger = new Uint8Array([0, 255, 1])
    const info = { user: "u", client: "c", conn_info: parseRawJson('{"a":1}'), chan_info: stranger }
    const publication = { ...plain, history, info, tags: new Map([["kind", "late"]]) }
    await using broker = diskBroker(path)
    const { position } = await broker.publish("news", publication)
    await broker.publish("news", { ...plain, history, data: stranger })
    const before = await broker.history("news", { metaTtl: 60_000 })
    await broker.close()
    await using again = diskBroker(path)
    const after = await again.history("news", { metaTtl: 60_000 })
    expect(after).toEqual(before)
    expect(after.position).toEqual({ offset: 2, epoch: position?.epoch })
    expect(after.publications[0]).toEqual({
      offset: 1,
      data: plain.data,
      info,
      tags: publication.tags,
    })
  })

  const unhurried = { timeout: 60_000 }
  test("is what it would be in memory, however often it is started again", unhurried, async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ channel, publish: fc.array(publication, { minLength: 1 }) }),
      },
      { weight: 2, arbitrary: fc.record({ channel, read: fc.nat(6), reverse: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ channel, clear: fc.constant(true) }) },
      { weight: 2, arbitrary: fc.constant("restart" as const) },
    )
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const file = join(folder, `${run++}.sqlite`)
        const [memory, disk] = [new Recorder(new MemoryBroker()), new Recorder(diskBroker(file))]
        for (const each of steps) {
          if (each === "restart") {
            await disk.broker.close()
            disk.listenTo(diskBroker(file))
          } else expect(await disk.play(each)).toEqual(await memory.play(each))
        }
        expect(disk.heard).toEqual(memory.heard)
        await Promise.all([disk.broker.close(), memory.broker.close()])
      }),
      { numRuns: 15 },
    )
  })

  test("lets a subscriber recover what was published while the engine was gone for it", async () => {
    let since: StreamPosition
    {
      await using running = await start()
      const socket = await running.socketOf("ann")
      socket.send({ id: 2, subscribe: { channel: "news" } })
      await socket.next()
      since = (await running.engine.history("news")).position
    }
    {
      await using running = await start()
      await running.engine.publish("news", "missed")
    }
    await using running = await start()
    const socket = await running.socketOf("ann")
    socket.send({ id: 2, subscribe: { channel: "news", recover: true, ...since } })
    expect(await socket.next()).toMatchObject({
      subscribe: {
        recovered: true,
        epoch: since.epoch,
        publications: [{ data: "missed", offset: 1 }],
      },
    })
  })

  test.each([
    ["damaged", (file: string) => writeFile(file, "no database at all")],
    ["lost", (file: string) => rm(file)],
  ])(
    "begins in another epoch when the file was %s, and says that nothing is recovered",
    async (_, harm) => {
      let epoch: string | undefined
      {
        await using running = await start()
        epoch = (await running.engine.publish("news", 1))?.epoch
      }
      await harm(path)
      await using running = await start()
      const socket = await running.socketOf("ann")
      socket.send({ id: 2, subscribe: { channel: "news", recover: true, offset: 0, epoch } })
      const reply = await socket.next()
      expect(reply).toMatchObject({ subscribe: { was_recovering: true } })
      expect(reply.subscribe).not.toHaveProperty("recovered")
      expect((await running.engine.history("news")).position.epoch).not.toBe(epoch)
    },
  )

  test("has beside it whose tokens were taken back", async () => {
    const token = await connectionToken("ann")
    {
      await using running = await start()
      await running.engine.invalidate("ann")
    }
    await using running = await start()
    const socket = await running.socket()
    socket.send({ id: 1, connect: { token } })
    expect(await socket.next()).toMatchObject({ error: { code: 109 } })
  })

  test("isn't shared by two engines", unhurried, async () => {
    await using running = await start()
    await running.engine.ready
    const config = { broker: { enabled: true, type: "disk", disk: { path } } } as const
    const second = createEngine(config, { log: silent })
    await expect(second.ready).rejects.toThrow(
      `The history file ${path} can't be used: another engine has it open`,
    )
    await expect(second.publish("news", 1, { idempotencyKey: "k" })).rejects.toThrow(
      "can't be used",
    )
    await second.close()
  })
})

const plain = {
  data: parseRawJson('{"n":1}'),
  delta: false,
  version: 0,
  versionEpoch: "",
  idempotencyKey: "",
}
const channel = fc.constantFrom("a", "b")
const publication: fc.Arbitrary<BrokerPublication> = fc
  .record({
    isKept: fc.boolean(),
    delta: fc.boolean(),
    version: fc.constantFrom(0, 0, 1, 2, 3),
    idempotencyKey: fc.constantFrom("", "", "x", "y"),
    n: fc.nat(),
  })
  .map(({ isKept, n, ...rest }) => ({
    ...plain,
    ...rest,
    data: parseRawJson(String(n)),
    ...(isKept && { history }),
  }))

type Step =
  | { readonly channel: string; readonly publish: readonly BrokerPublication[] }
  | { readonly channel: string; readonly read: number; readonly reverse: boolean }
  | { readonly channel: string; readonly clear: boolean }

/** A broker that may be another one later, and all that its listeners have heard. Epochs have numbers. */
class Recorder {
  readonly heard: unknown[] = []
  broker: Broker
  readonly #epochs: string[] = []

  constructor(broker: Broker) {
    this.broker = broker
    this.listenTo(broker)
  }

  listenTo(broker: Broker): void {
    this.broker = broker
    broker.listen({
      onPublication: (...args) => this.heard.push(this.#numbered(args)),
      onJoin() {},
      onLeave() {},
      isSubscribed: () => false,
    })
  }

  async play(step: Step): Promise<unknown> {
    const { broker } = this
    if ("publish" in step) {
      const results = step.publish.map((each) => broker.publish(step.channel, each))
      return this.#numbered(await Promise.all(results))
    }
    if ("clear" in step) return broker.removeHistory(step.channel)
    const { read: limit, reverse } = step
    return this.#numbered(await broker.history(step.channel, { limit, reverse, metaTtl: 60_000 }))
  }

  #numbered(value: unknown): unknown {
    return JSON.parse(JSON.stringify(value), (key, each) => {
      if (key !== "epoch" || each === "") return each
      if (!this.#epochs.includes(each)) this.#epochs.push(each)
      return this.#epochs.indexOf(each)
    })
  }
}

function diskBroker(path: string): DiskBroker & AsyncDisposable {
  const broker = new DiskBroker(new DiskStore(path), silent)
  return Object.assign(broker, { [Symbol.asyncDispose]: () => broker.close() })
}
