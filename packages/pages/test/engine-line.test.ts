import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { WebSocket } from "ws"
import { Queue } from "../../../test/queue.js"
import { withDeadline } from "../../../test/with-deadline.js"
import { AdminError } from "../src/admin/api/admin-error.js"
import { EngineLine } from "../src/admin/channel/engine-line.js"
import type { Published } from "../src/admin/channel/engine-message.js"
import { ScriptedEngine } from "./scripted-engine.js"

const CHANNEL = "$lobby"

/** A browser's WebSocket, which may be closed before it is open. */
class PageSocket extends WebSocket {
  constructor(url: string) {
    super(url)
    this.on("error", () => {})
  }
}

/** What a page has, and Node has not. */
let page: EventTarget
let engine: ScriptedEngine

beforeEach(async () => {
  page = new EventTarget()
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page))
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page))
  vi.stubGlobal("WebSocket", PageSocket)
  vi.spyOn(Math, "random").mockReturnValue(0)
  engine = await ScriptedEngine.start()
})
afterEach(async () => {
  await engine[Symbol.asyncDispose]()
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** A line to the scripted engine, with tokens that are counted. */
class Followed implements Disposable {
  readonly heard = new Queue<Published>()
  readonly states = new Queue<string>()
  /** Why it ended; undefined when it was closed. */
  readonly ended: Promise<unknown>
  readonly #line: EngineLine
  #tokensAsked = 0

  /** @param refusals what goes wrong with the tokens that are asked for, one after the other */
  constructor(...refusals: unknown[]) {
    this.#line = new EngineLine({
      url: engine.url,
      channel: CHANNEL,
      hear: this.heard.push,
      tell: this.states.push,
      getTokens: async () => {
        if (refusals.length > 0) throw refusals.shift()
        this.#tokensAsked += 1
        return tokensOf(this.#tokensAsked + 1)
      },
    })
    this.ended = this.#line.follow(tokensOf(1)).catch((error: unknown) => error)
  }

  /** How often tokens were given beside the first. */
  get tokensAsked(): number {
    return this.#tokensAsked
  }

  /** Waits until the connection is lost, and has the next attempt made at once. */
  async hurry(): Promise<void> {
    expect(await this.states.next()).toBe("reconnecting")
    page.dispatchEvent(new Event("online"))
  }

  /** Waits until so much was heard. */
  async hear(count: number): Promise<readonly unknown[]> {
    return (await this.heard.take(count)).map(({ data }) => data)
  }

  end(): Promise<unknown> {
    return withDeadline("the end of the line", this.ended)
  }

  [Symbol.dispose](): void {
    this.#line.close()
  }
}

const tokensOf = (n: number) => ({ connectionToken: `connection ${n}`, token: `subscription ${n}` })
const pub = (data: unknown, offset?: number) => ({
  push: { channel: CHANNEL, pub: { data, offset } },
})
const recoverable = (offset: number) => ({ recoverable: true, epoch: "e", offset })

test("what was missed comes before what the same frame says after it", async () => {
  using line = new Followed()
  const first = await engine.call()
  await first.welcome({}, recoverable(1))
  first.say(pub("one", 2), pub("two", 3))
  expect(await line.hear(2)).toEqual(["one", "two"])
  first.close(3001, "shutdown")
  expect(await line.states.next()).toBe("connected")
  await line.hurry()

  const second = await engine.call()
  const connecting = await second.next()
  expect(connecting).toMatchObject({ connect: { token: "connection 2" } })
  second.say({ id: connecting.id, connect: {} })
  const { id, subscribe } = await second.next()
  expect(subscribe).toEqual({
    channel: CHANNEL,
    token: "subscription 2",
    recover: true,
    epoch: "e",
    offset: 3,
  })
  const publications = [
    { data: "three", offset: 4 },
    { data: "four", offset: 5 },
  ]
  second.say(
    { id, subscribe: { ...recoverable(3), was_recovering: true, recovered: true, publications } },
    pub("five", 6),
  )
  expect(await line.hear(3)).toEqual(["three", "four", "five"])
  expect(await line.states.next()).toBe("connected")
})

test("what is published in other channels, and what the protocol may add, is passed over", async () => {
  using line = new Followed()
  const call = await engine.call()
  await call.welcome()
  call.say(
    { push: { channel: "#me", pub: { data: "for me" } } },
    { push: { channel: "#me", unsubscribe: { code: 2000, reason: "server unsubscribe" } } },
    { push: { channel: CHANNEL, join: { info: { user: "u", client: "c" } } } },
    pub("for all"),
  )
  call.sayText(`${JSON.stringify(pub("with a line break"))}\n`)
  call.say(pub("after it"))
  expect(await line.hear(3)).toEqual(["for all", "with a line break", "after it"])
})

describe("a ping", () => {
  test("is answered when the engine waits for that", async () => {
    using _ = new Followed()
    const call = await engine.call()
    await call.welcome({ ping: 25, pong: true })
    call.say({})
    expect(await call.next()).toEqual({})
  })

  test("is not answered when it doesn't", async () => {
    using line = new Followed()
    const call = await engine.call()
    await call.welcome({ ping: 25, expires: true, ttl: 1 })
    call.say({}, pub("after the ping"))
    await line.hear(1)
    expect(await call.next()).toMatchObject({ refresh: { token: "connection 2" } })
  })

  test("that doesn't come is taken for a dead connection", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    using line = new Followed()
    const call = await engine.call()
    await call.welcome({ ping: 25 })
    expect(await line.states.next()).toBe("connected")
    await vi.advanceTimersByTimeAsync(34_000)
    call.say({}, pub("still there"))
    expect(await line.hear(1)).toEqual(["still there"])
    await vi.advanceTimersByTimeAsync(34_000)
    expect(line.states.rest).toEqual([])
    await vi.advanceTimersByTimeAsync(2000)
    await line.hurry()
    await (await engine.call()).welcome()
    expect(await line.states.next()).toBe("connected")
    await call.closed()
  })
})

test("an engine that doesn't answer is asked again over another connection", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  using line = new Followed()
  const call = await engine.call()
  await call.next()
  await vi.advanceTimersByTimeAsync(10_000)
  await call.closed()
  await vi.advanceTimersByTimeAsync(1000)
  await (await engine.call()).welcome()
  expect(await line.states.next()).toBe("connected")
})

describe("a command that is refused", () => {
  test.each([
    ["because the token has expired", { code: 109, message: "token expired" }],
    ["because the engine has failed", { code: 100, message: "internal server error" }],
    ["for now", { code: 111, message: "too many requests", temporary: true }],
  ])("%s is sent again with fresh tokens", async (_, error) => {
    using line = new Followed()
    const first = await engine.call()
    first.say({ id: (await first.next()).id, error })
    const second = await engine.call()
    const connecting = await second.next()
    expect(connecting.connect).toEqual({ token: "connection 2" })
    second.say({ id: connecting.id, connect: {} })
    const subscribing = await second.next()
    expect(subscribing.subscribe).toEqual({ channel: CHANNEL, token: "subscription 2" })
    second.say({ id: subscribing.id, error })
    const third = await engine.call()
    expect(await third.welcome()).toMatchObject([
      { connect: { token: "connection 3" } },
      { subscribe: { token: "subscription 3" } },
    ])
    expect(await line.states.next()).toBe("connected")
  })

  test("for good ends the stream, which says why", async () => {
    using line = new Followed()
    const call = await engine.call()
    call.say({ id: (await call.next()).id, connect: {} })
    const error = { code: 103, message: "permission denied" }
    call.say({ id: (await call.next()).id, error })
    expect(await line.end()).toMatchObject({
      message: "The stream has ended: permission denied.",
    })
    await call.closed()
  })
})

describe("the end of the subscription", () => {
  test("by a code from 2500 on is followed by another one over the same connection", async () => {
    using line = new Followed()
    const call = await engine.call()
    await call.welcome({}, recoverable(7))
    const unsubscribe = { code: 2501, reason: "subscription expired" }
    call.say({ push: { channel: CHANNEL, unsubscribe } })
    const { id, subscribe } = await call.next()
    expect(subscribe).toMatchObject({ token: "subscription 2", recover: true, offset: 7 })
    const publications = [{ data: "missed", offset: 8 }]
    call.say({ id, subscribe: { ...recoverable(7), recovered: true, publications } })
    expect(await line.hear(1)).toEqual(["missed"])
    expect(await line.states.take(2)).toEqual(["connected", "connected"])
  })

  test("by another ends the stream, which says why", async () => {
    using line = new Followed()
    const call = await engine.call()
    await call.welcome()
    const unsubscribe = { code: 2000, reason: "server unsubscribe" }
    call.say({ push: { channel: CHANNEL, unsubscribe } })
    expect(await line.end()).toMatchObject({
      message: "The stream has ended: server unsubscribe.",
    })
  })
})

describe("the end of the connection", () => {
  const passing = [3000, 3499, 4000, 4499, 1001]
  const final = [3500, 3999, 4500, 4999]

  test.each(passing)("by code %d is followed by another one", async (code) => {
    using line = new Followed()
    const call = await engine.call()
    await call.welcome()
    call.close(code, "for now")
    expect(await line.states.next()).toBe("connected")
    await line.hurry()
    await (await engine.call()).welcome()
    expect(await line.states.next()).toBe("connected")
  })

  test.each(final)("by code %d ends the stream, which says why", async (code) => {
    using line = new Followed()
    const call = await engine.call()
    await call.welcome()
    call.close(code, "for good")
    expect(await line.end()).toMatchObject({ message: "The stream has ended: for good." })
  })

  test("is also told by a push", async () => {
    using line = new Followed()
    const first = await engine.call()
    await first.welcome()
    first.say({ push: { disconnect: { code: 3001, reason: "shutdown" } } })
    expect(await line.states.next()).toBe("connected")
    await line.hurry()
    const second = await engine.call()
    await second.welcome()
    second.say({ push: { disconnect: { code: 3503, reason: "force disconnect" } } })
    expect(await line.end()).toMatchObject({ message: "The stream has ended: force disconnect." })
  })

  test("comes with that of the network", async () => {
    using line = new Followed()
    const call = await engine.call()
    await call.welcome()
    expect(await line.states.next()).toBe("connected")
    page.dispatchEvent(new Event("offline"))
    call.say(pub("of the connection that has ended"))
    await call.closed()
    await line.hurry()
    await (await engine.call()).welcome()
    expect(await line.states.next()).toBe("connected")
    expect(line.heard.rest).toEqual([])
  })

  test("by an engine that says what isn't JSON ends the stream", async () => {
    using line = new Followed()
    const call = await engine.call()
    await call.welcome()
    call.sayText("{")
    expect(await line.end()).toBeInstanceOf(SyntaxError)
    await call.closed()
  })
})

describe("tokens that expire", () => {
  const expiring = { expires: true, ttl: 1 }

  test("are refreshed before, again and again", async () => {
    using line = new Followed()
    const call = await engine.call()
    await call.welcome(expiring, expiring)
    for (const n of [2, 3]) {
      const refresh = await call.next()
      expect(refresh.refresh).toEqual({ token: `connection ${n}` })
      call.say({ id: refresh.id, refresh: expiring })
      const subRefresh = await call.next()
      expect(subRefresh.sub_refresh).toEqual({ channel: CHANNEL, token: `subscription ${n}` })
      call.say({ id: subRefresh.id, sub_refresh: expiring })
    }
    expect(line.states.rest).toEqual(["connected"])
  })

  test("are refreshed without the one that doesn't", async () => {
    using line = new Followed()
    const call = await engine.call()
    await call.welcome(expiring)
    const { id } = await call.next()
    call.say({ id, refresh: expiring })
    expect(await call.next()).toHaveProperty("refresh")
    expect(line.states.rest).toEqual(["connected"])
  })

  test("are refreshed later when there are none for the moment", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    using line = new Followed(new AdminError("network", "The server does not answer"))
    const call = await engine.call()
    await call.welcome({}, { expires: true, ttl: 600 })
    expect(await line.states.next()).toBe("connected")
    await vi.advanceTimersByTimeAsync(480_000)
    await vi.advanceTimersByTimeAsync(5000)
    expect(await call.next()).toMatchObject({ sub_refresh: { token: "subscription 2" } })
    expect(line.states.rest).toEqual([])
  })
})

describe("tokens that can't be had", () => {
  const lost = async (line: Followed) => {
    const call = await engine.call()
    await call.welcome()
    expect(await line.states.next()).toBe("connected")
    call.close(3005, "connection expired")
  }

  test("for a moment are asked for again", async () => {
    const reasons = [
      new AdminError("network", "The server does not answer"),
      new AdminError("database_away", "The database can't be used", { status: 503 }),
      new SyntaxError("Unexpected end of JSON input"),
    ]
    using line = new Followed(...reasons)
    await lost(line)
    await (await engine.call()).welcome()
    expect(await line.states.take(2)).toEqual(["reconnecting", "connected"])
  })

  test.each([401, 403, 404])("because of a %d end the stream, which says why", async (status) => {
    const refusal = new AdminError("refused", "This is for superusers alone", { status })
    using line = new Followed(refusal)
    await lost(line)
    expect(await line.end()).toBe(refusal)
  })
})

describe("the pauses between attempts", () => {
  const away = () => new AdminError("network", "The server does not answer")

  /** A line whose connection is lost, on a clock that stands still. */
  async function lostLine(): Promise<Followed> {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] })
    const line = new Followed(...Array.from({ length: 8 }, away))
    const call = await engine.call()
    await call.welcome()
    expect(await line.states.next()).toBe("connected")
    call.close(3001, "shutdown")
    expect(await line.states.next()).toBe("reconnecting")
    return line
  }

  test.each([
    [0, [500, 500, 500, 500, 500, 500, 500, 500]],
    [1, [1000, 1500, 2500, 4500, 8500, 16_500, 20_000, 20_000]],
  ])("grow to 20 seconds, spread from half a second on: at %d", async (share, expected) => {
    vi.spyOn(Math, "random").mockReturnValue(share)
    using _ = await lostLine()
    const pauses: number[] = []
    while (pauses.length < expected.length) {
      const before = Date.now()
      await vi.advanceTimersToNextTimerAsync()
      pauses.push(Date.now() - before)
    }
    expect(pauses).toEqual(expected)
  })

  test("end at once when there is a network again", async () => {
    using line = await lostLine()
    for (let n = 1; n <= 9; n += 1) {
      page.dispatchEvent(new Event("online"))
      await vi.advanceTimersByTimeAsync(0)
    }
    await (await engine.call()).welcome()
    expect(await line.states.next()).toBe("connected")
  })
})

test("a line that is closed ends without a reason, and asks for nothing more", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  const line = new Followed()
  const call = await engine.call()
  await call.welcome({ ping: 25, expires: true, ttl: 600 })
  expect(await line.states.next()).toBe("connected")
  line[Symbol.dispose]()
  expect(await line.end()).toBeUndefined()
  await call.closed()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(line.states.rest).toEqual([])
  expect(line.tokensAsked).toBe(0)
})
