import { tokenVerifier } from "@instant-ws/protocol"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { withDeadline } from "../../../test/with-deadline.js"
import type { EngineConfigInput } from "../src/index.js"
import { TimingWheel } from "../src/timing-wheel.js"
import {
  type Invalidation,
  type InvalidationStore,
  Invalidations,
} from "../src/tokens/invalidations.js"
import { refusingInvalidated } from "../src/tokens/refusing-invalidated.js"
import { signToken } from "./conformance/sign-token.js"
import type { RawClient } from "./raw-client.js"
import {
  connectionToken,
  RunningEngine,
  SECRET,
  secondsFromNow,
  subscriptionToken,
} from "./running-engine.js"
import { Scrape } from "./scrape.js"

const config: EngineConfigInput = {
  uni_sse: { enabled: true },
  prometheus: { enabled: true },
  channel: {
    without_namespace: { allow_subscribe_for_client: true },
    namespaces: [
      { name: "kept", presence: true, history_size: 9, history_ttl: "60s", force_recovery: true },
    ],
  },
}
const expired = { code: 109, message: "token expired" }
const start = () => RunningEngine.start(config)

// The clock moves only where a test lets time pass, so that "the same second" is one.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_893_456_000_400 }))
afterEach(() => void vi.useRealTimers())

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)
const seconds = () => Date.now() / 1000

/** A token as others sign them: with a time of its own, or none. */
const signedAt = (iat: number | undefined, sub = "42") =>
  signToken({ $jwt: { sub, ...(iat !== undefined && { iat }) }, secret: SECRET })

/** Whether a token connects; it is refused as expired if not. */
async function connects(running: RunningEngine, token: string): Promise<boolean> {
  const socket = await running.socket()
  socket.send({ id: 1, connect: { token } })
  const { connect, error } = await socket.next()
  if (error === undefined) return connect !== undefined
  expect(error).toMatchObject(expired)
  return false
}

async function ask(socket: RawClient, command: object) {
  socket.send({ id: 7, ...command })
  return socket.next()
}

describe("tokens of a user that were made before they were invalidated", () => {
  test("connect nobody any more, and later ones do, also in the same second", async () => {
    await using running = await start()
    const old = await connectionToken("42")
    expect(await connects(running, old)).toBe(true)
    pass(100)
    await running.engine.invalidate("42")
    expect(await connects(running, old)).toBe(false)
    pass(100)
    expect(await connects(running, await connectionToken("42"))).toBe(true)
    expect(await connects(running, old)).toBe(false)
  })

  test("stay good for every other user", async () => {
    await using running = await start()
    const [other, anonymous] = [await connectionToken("43"), await connectionToken("")]
    pass(100)
    await running.engine.invalidate("42")
    expect(await connects(running, other)).toBe(true)
    expect(await connects(running, anonymous)).toBe(true)
  })

  test("are refused when they don't say when they were made", async () => {
    await using running = await start()
    expect(await connects(running, signedAt(undefined))).toBe(true)
    await running.engine.invalidate("42", { issuedBefore: 1 })
    expect(await connects(running, signedAt(undefined))).toBe(false)
    expect(await connects(running, signedAt(undefined, "43"))).toBe(true)
    expect(await connects(running, signedAt(1))).toBe(true)
  })

  test("don't refresh a connection", async () => {
    await using running = await start()
    const [socket, old] = [await running.socketOf("42"), await connectionToken("42")]
    expect(await ask(socket, { refresh: { token: old } })).toMatchObject({ refresh: {} })
    pass(1)
    await running.engine.invalidate("42")
    const fresh = await connectionToken("42")
    expect(await ask(socket, { refresh: { token: fresh } })).toMatchObject({ refresh: {} })
    socket.send({ id: 8, refresh: { token: old } })
    // As with any that has expired: the client comes back with a new one.
    expect(await socket.closed()).toMatchObject({ code: 3005 })
  })

  test("subscribe to nothing, and later ones do", async () => {
    await using running = await start()
    const [socket, old] = [await running.socketOf("42"), await subscriptionToken("42", "$team")]
    pass(1)
    await running.engine.invalidate("42")
    expect(await ask(socket, { subscribe: { channel: "$team", token: old } })).toMatchObject({
      error: expired,
    })
    const token = await subscriptionToken("42", "$team")
    expect(await ask(socket, { subscribe: { channel: "$team", token } })).toHaveProperty(
      "subscribe",
    )
  })

  test("don't refresh a subscription", async () => {
    await using running = await start()
    const make = () => subscriptionToken("42", "$team", secondsFromNow(60))
    const [socket, old] = [await running.socketOf("42"), await make()]
    await ask(socket, { subscribe: { channel: "$team", token: old } })
    pass(1)
    await running.engine.invalidate("42")
    const token = await make()
    const refresh = (given: string) =>
      ask(socket, { sub_refresh: { channel: "$team", token: given } })
    expect(await refresh(token)).toMatchObject({ sub_refresh: { expires: true } })
    // An expired token changes nothing, and the reply doesn't say so.
    expect(await refresh(old)).not.toHaveProperty("sub_refresh.expires")
  })

  test("leave live connections and their subscriptions alone", async () => {
    await using running = await start()
    const socket = await running.socketOf("42")
    await ask(socket, { subscribe: { channel: "news" } })
    pass(1)
    await running.engine.invalidate("42")
    await running.engine.publish("news", "still there")
    expect(await socket.next()).toMatchObject({ push: { pub: { data: "still there" } } })
  })

  test("let nobody slip in who is connecting while the user is thrown out", async () => {
    await using running = await start()
    for (let steps = 0; steps < 60; steps++) {
      const user = `user-${steps}`
      const token = await connectionToken(user, { channels: ["kept:a", "kept:b"] })
      const query = encodeURIComponent(JSON.stringify({ token }))
      const path = `${running.url}/connection/uni_sse?cf_connect=${query}`
      const answer = running.engine.fetch(new Request(path))
      for (let step = 0; step < steps; step++) await Promise.resolve()
      pass(1)
      const done = running.engine.invalidate(user)
      await running.engine.disconnect({ user })
      await done
      const heard = await withDeadline("the end of the stream", (await answer).text())
      expect(heard).toMatch(/"code":(109|3005|3503)/)
    }
    expect(running.engine.stats()).toMatchObject({ connections: 0, subscriptions: 0 })
  })
})

describe("an invalidation", () => {
  test("takes nothing back of an earlier one", async () => {
    await using running = await start()
    await running.engine.invalidate("42", { issuedBefore: 1000 })
    await running.engine.invalidate("42", { issuedBefore: 500 })
    expect(await connects(running, signedAt(999))).toBe(false)
    expect(await connects(running, signedAt(1000))).toBe(true)
    await running.engine.invalidate("42", { issuedBefore: 1000.5 })
    expect(await connects(running, signedAt(1000.4))).toBe(false)
    expect(await connects(running, signedAt(1000.5))).toBe(true)
  })

  test("is over at its time, when such tokens have expired anyway", async () => {
    await using running = await start()
    const old = await connectionToken("42")
    pass(1)
    await running.engine.invalidate("42", { expireAt: seconds() + 600 })
    pass(599_999)
    expect(await connects(running, old)).toBe(false)
    pass(1)
    expect(await connects(running, old)).toBe(true)
  })

  test.each([
    { expiries: [300, 100], lasts: 300 },
    { expiries: [100, 300], lasts: 300 },
    { expiries: [100, undefined], lasts: undefined },
    { expiries: [undefined, 100], lasts: undefined },
  ])("lasts as long as the longest of $expiries seconds", async ({ expiries, lasts }) => {
    await using running = await start()
    const [old, now] = [await connectionToken("42"), seconds()]
    pass(1)
    for (const time of expiries) {
      await running.engine.invalidate("42", { expireAt: time && now + time })
    }
    pass(((lasts ?? 1_000_000_000) - 1) * 1000)
    expect(await connects(running, old)).toBe(false)
    pass(1000)
    expect(await connects(running, old)).toBe(lasts !== undefined)
  })

  test("that is over when it comes does nothing, and one after it begins anew", async () => {
    await using running = await start()
    await running.engine.invalidate("42", { issuedBefore: 1000, expireAt: seconds() })
    expect(await connects(running, signedAt(999))).toBe(true)
    await running.engine.invalidate("42", { issuedBefore: 1000, expireAt: seconds() + 1 })
    pass(1000)
    await running.engine.invalidate("42", { issuedBefore: 500 })
    expect(await connects(running, signedAt(999))).toBe(true)
    expect(await connects(running, signedAt(499))).toBe(false)
  })

  test("needs a user and times that are numbers", async () => {
    await using running = await start()
    const { engine } = running
    await expect(engine.invalidate("")).rejects.toMatchObject({ code: 107 })
    for (const options of [{ issuedBefore: Number.NaN }, { expireAt: Infinity }]) {
      await expect(engine.invalidate("42", options)).rejects.toMatchObject({ code: 107 })
    }
    expect(await connects(running, signedAt(undefined))).toBe(true)
  })

  test("is counted by user, until it is over", async () => {
    const wheel = new TimingWheel()
    const invalidations = new Invalidations(wheel)
    await invalidations.invalidate("1", { issuedBefore: 1, expireAt: seconds() + 10 })
    await invalidations.invalidate("2", { issuedBefore: 1, expireAt: undefined })
    await invalidations.invalidate("2", { issuedBefore: 2, expireAt: undefined })
    expect(invalidations.users).toBe(2)
    pass(10_000)
    invalidations.onTime(Date.now())
    expect(invalidations.users).toBe(1)
    wheel.close()
    await using running = await start()
    await running.engine.invalidate("1")
    const scrape = await Scrape.of(running.url)
    expect(scrape.value("instant_tokens_invalidated_users")).toBe(1)
  })
})

describe("POST /api/invalidate", () => {
  test("refuses tokens from before now, to the millisecond", async () => {
    await using running = await start()
    const old = await connectionToken("42")
    pass(1)
    const response = await running.api("invalidate", { user: "42" })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ result: {} })
    expect(await connects(running, old)).toBe(false)
    expect(await connects(running, await connectionToken("42"))).toBe(true)
  })

  test("takes the time before which tokens were made, and when it is over", async () => {
    await using running = await start()
    const body = { user: "42", issued_before: 1000.5, expire_at: seconds() + 0.5 }
    await running.api("batch", { commands: [{ invalidate: body }] })
    expect(await connects(running, signedAt(1000.4))).toBe(false)
    expect(await connects(running, signedAt(1000.5))).toBe(true)
    pass(500)
    expect(await connects(running, signedAt(1000.4))).toBe(true)
  })

  test.each([
    { body: {}, status: 200 },
    { body: { user: "" }, status: 200 },
    { body: { user: 42 }, status: 400 },
    { body: { user: "42", issued_before: "now" }, status: 400 },
    { body: '{"user":"42","expire_at":1e999}', status: 400 },
  ])("refuses $body", async ({ body, status }) => {
    await using running = await start()
    const response = await running.api("invalidate", body)
    expect(response.status).toBe(status)
    if (status === 200) {
      expect(await response.json()).toEqual({ error: { code: 107, message: "bad request" } })
    }
    expect(await connects(running, signedAt(undefined))).toBe(true)
  })
})

describe("invalidations that are kept", () => {
  /** Keeps them in this process, and reads them when it is told to. */
  class Shelf implements InvalidationStore {
    readonly kept: Map<string, Invalidation>
    readonly #read: Promise<void>

    constructor(kept: Iterable<[string, Invalidation]> = [], read = Promise.resolve()) {
      this.kept = new Map(kept)
      this.#read = read
    }
    async save(user: string, invalidation: Invalidation) {
      this.kept.set(user, invalidation)
    }
    async load() {
      await this.#read
      return [...this.kept]
    }
  }

  /** What an engine with such a store makes of tokens. */
  function verifierOver(store: InvalidationStore) {
    const wheel = new TimingWheel()
    const invalidations = new Invalidations(wheel, store)
    wheel.close()
    const verifier = tokenVerifier({ hmac_secret_key: SECRET })
    return { invalidations, ...refusingInvalidated(verifier, invalidations) }
  }
  const refused = { name: "TokenError", kind: "expired" }

  test("are in force again after a restart, before the first token is looked at", async () => {
    const shelf = new Shelf()
    await verifierOver(shelf).invalidations.invalidate("42", {
      issuedBefore: seconds(),
      expireAt: undefined,
    })
    const { connection } = verifierOver(shelf)
    await expect(connection(signedAt(seconds() - 1))).rejects.toMatchObject(refused)
    expect(await connection(signedAt(seconds()))).toMatchObject({ user: "42" })
  })

  test("are kept whole, also when one comes before they are read", async () => {
    let open = () => {}
    const read = new Promise<void>((resolve) => {
      open = resolve
    })
    const shelf = new Shelf([["42", { issuedBefore: 1000, expireAt: undefined }]], read)
    const { invalidations } = verifierOver(shelf)
    const done = invalidations.invalidate("42", { issuedBefore: 5, expireAt: seconds() + 1 })
    open()
    await done
    expect(shelf.kept.get("42")).toEqual({ issuedBefore: 1000, expireAt: undefined })
  })

  test("that can't be read let no token in", async () => {
    const { connection } = verifierOver(
      new Shelf([], Promise.reject(new Error("the disk is broken"))),
    )
    await expect(connection(signedAt(seconds()))).rejects.toThrow("the disk is broken")
  })
})
