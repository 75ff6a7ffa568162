import { FakeClock } from "djangoinstant/testing"
import fc from "fast-check"
import { expect, test } from "vitest"
import { turn } from "../src/testing/turns.js"
import { Scene } from "./scene.js"

// Whatever happens to the line, the tokens and the subscriptions: each event comes once, in order.

/** A handler that lives as long as its subscription. */
interface Part {
  readonly channel: string
  /** The numbers of the events that it has seen. */
  readonly seen: number[]
  /** The last event that was published when the subscription was there; undefined before. */
  since: number | undefined
  readonly leave: () => void
}

class Trial implements Disposable {
  readonly clock = FakeClock.install()
  readonly scene: Scene
  readonly #parts: Part[] = []
  readonly #watches: (() => void)[] = []
  readonly #published = new Map<string, number>()

  constructor(scene: Scene) {
    this.scene = scene
    this.#listen("@me", () => {}).since = 0
  }

  publish(channel: string): void {
    const number = this.#lastOf(channel) + 1
    this.#published.set(channel, number)
    const { server } = this.scene
    if (channel === "@me") server.publishTo("user", String(number))
    else server.publish(channel, String(number))
  }

  subscribe(channel: string): void {
    const { instant } = this.scene
    this.#listen(channel, () => instant.unsubscribe(channel))
    // A part whose subscription fails for good never begins to hear, which shows in the faults.
    instant.subscribe(channel).catch(() => {})
  }

  /** From the moment when a subscription is there its handlers must miss nothing. */
  note(): void {
    for (const part of this.#parts) {
      const name = part.channel === "lobby" ? "$lobby" : part.channel
      const subscription = this.scene.instant.getClient()?.getSubscription(name)
      if (subscription?.state === "subscribed") part.since ??= this.#lastOf(part.channel)
    }
  }

  /** Listens to a channel that `connect()` has subscribed. */
  listen(channel: string): void {
    this.#listen(channel, () => {}).since = this.#lastOf(channel)
  }

  unsubscribe(which: number): void {
    const [first, ...others] = this.#parts
    const part = others[which % Math.max(1, others.length)]
    if (part === undefined || first === undefined) return
    this.#parts.splice(this.#parts.indexOf(part), 1)
    part.leave()
  }

  watch(channel: string): void {
    this.#watches.push(this.scene.instant.onPresence(channel, () => {}))
  }

  unwatch(): void {
    this.#watches.shift()?.()
  }

  /** Brings all to rest, with an open line. */
  async finish(): Promise<void> {
    const { server } = this.scene
    server.accept()
    server.resume()
    await this.clock.advance(600_000)
    this.note()
  }

  /** What live handlers have missed, or seen twice or out of order. */
  get faults(): readonly string[] {
    return this.#parts.flatMap((part) => {
      const { channel, seen, since } = part
      const last = this.#lastOf(channel)
      const isInOrder = seen.every((number, index) => number === (seen[0] ?? 0) + index)
      const isWhole = since !== undefined && (since === last || seen.at(-1) === last)
      const begins = seen[0] ?? last + 1
      if (isInOrder && isWhole && begins <= (since ?? 0) + 1) return []
      return [`${channel}: ${seen.join()} seen of ${since} to ${last}`]
    })
  }

  [Symbol.dispose](): void {
    this.scene[Symbol.dispose]()
    this.clock.restore()
  }

  #listen(channel: string, end: () => void): Part {
    const seen: number[] = []
    const off = this.scene.instant.on(channel, ({ msg }) => seen.push(Number(msg)))
    const leave = () => {
      off()
      end()
    }
    const part: Part = { channel, seen, since: undefined, leave }
    this.#parts.push(part)
    return part
  }

  #lastOf(channel: string): number {
    return this.#published.get(channel) ?? 0
  }
}

type Step = fc.AsyncCommand<object, Trial>

const step = (name: string, run: (trial: Trial) => unknown): Step => ({
  check: () => true,
  run: async (_, trial) => {
    await run(trial)
    trial.note()
  },
  toString: () => name,
})

const channels = fc.constantFrom("news", "lobby")
const always = (name: string, run: (trial: Trial) => unknown) => fc.constant(step(name, run))

const steps = [
  fc
    .constantFrom("news", "lobby", "@me")
    .map((channel) => step(`publish(${channel})`, (trial) => trial.publish(channel))),
  channels.map((channel) => step(`subscribe(${channel})`, (trial) => trial.subscribe(channel))),
  fc.nat(9).map((n) => step(`unsubscribe(${n})`, (trial) => trial.unsubscribe(n))),
  channels.map((channel) => step(`watch(${channel})`, (trial) => trial.watch(channel))),
  always("unwatch", (trial) => trial.unwatch()),
  always("turn", turn),
  always("turn", turn),
  fc
    .integer({ min: 0, max: 40_000 })
    .map((time) => step(`advance(${time})`, ({ clock }) => clock.advance(time))),
  always("cut", ({ scene }) => scene.server.cut()),
  always("refuse", ({ scene }) => scene.server.refuse()),
  always("accept", ({ scene }) => scene.server.accept()),
  always("stall", ({ scene }) => scene.server.stall()),
  always("resume", ({ scene }) => scene.server.resume()),
  always("expireTokens", ({ scene }) => scene.server.expireTokens()),
  always("reconnect", ({ scene }) => scene.server.close(3011, "force reconnect")),
  always("connect", ({ scene }) => void scene.instant.connect(false).catch(() => {})),
]

test.each([
  ["that connect() subscribed", true],
  ["that parts of a page subscribe", false],
])(
  "each event comes once and in order on channels %s",
  async (_, autosub) => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 60 }), async (commands) => {
        const scene = await Scene.loggedIn({ tokenLifetime: 120 })
        using trial = new Trial(scene)
        await scene.instant.connect(autosub)
        if (autosub) for (const channel of ["news", "lobby"]) trial.listen(channel)
        await fc.asyncModelRun(() => ({ model: {}, real: trial }), commands)
        await trial.finish()
        expect(trial.faults).toEqual([])
      }),
      { numRuns: 100 },
    )
  },
  60_000,
)
