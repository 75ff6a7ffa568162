import fc from "fast-check"
import { describe, expect, test, vi } from "vitest"
import {
  type ConnectionTokenInput,
  signConnectionToken,
  signSubscriptionToken,
  TokenError,
  tokenVerifier,
} from "../src/index.js"
import { handMade, SECRET, secondsFromNow } from "./hand-made-token.js"

const verifier = tokenVerifier({ hmac_secret_key: SECRET })
const connection = (claims: unknown) => verifier.connection(handMade(claims))
const subscription = (claims: object) =>
  verifier.subscription(handMade({ sub: "1", channel: "c", ...claims }))

const invalid = { name: "TokenError", kind: "invalid" }
const expired = { name: "TokenError", kind: "expired" }

describe("a connection token", () => {
  test("says who its bearer is", async () => {
    const exp = secondsFromNow(600)
    const iat = secondsFromNow(-1) + 0.25
    const token = await signConnectionToken({ sub: "42", exp, iat, channels: ["#42"] }, SECRET)
    expect(await verifier.connection(token)).toEqual({
      user: "42",
      issuedAt: iat,
      expireAt: exp,
      info: undefined,
      meta: undefined,
      subs: new Map([["#42", { info: undefined, data: undefined, override: {} }]]),
    })
  })

  test("says when it was made, to the millisecond, if it says so at all", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_893_456_000_123 })
    try {
      const signed = await signConnectionToken({ sub: "42" }, SECRET)
      expect(await verifier.connection(signed)).toMatchObject({ issuedAt: 1_893_456_000.123 })
      for (const [iat, issuedAt] of [
        [1_700_000_000, 1_700_000_000],
        ["1700000000.5", 1_700_000_000.5],
        [null, undefined],
        [undefined, undefined],
      ] as const) {
        expect((await connection({ iat })).issuedAt).toBe(issuedAt)
        expect((await subscription({ iat })).issuedAt).toBe(issuedAt)
      }
    } finally {
      vi.useRealTimers()
    }
  })

  test.each(["HS256", "HS384", "HS512"])("may be signed with %s", async (alg) => {
    const token = handMade({ sub: "42" }, { header: { alg } })
    expect(await verifier.connection(token)).toMatchObject({ user: "42" })
  })

  test("names an anonymous visitor when its subject is empty, null or missing", async () => {
    for (const claims of [{ sub: "" }, { sub: null }, {}]) {
      expect(await connection(claims)).toMatchObject({ user: "" })
    }
  })

  test("is expired once its time is over, and before its time begins", async () => {
    for (const claims of [
      { exp: secondsFromNow(-1) },
      { exp: 0 },
      { exp: "1" },
      { exp: secondsFromNow(-1), expire_at: secondsFromNow(600) },
      { nbf: secondsFromNow(100) },
    ]) {
      await expect(connection(claims), JSON.stringify(claims)).rejects.toMatchObject(expired)
    }
  })

  test("is good to the second: clocks that differ are not made up for", async () => {
    const now = Math.floor(Date.now() / 1000)
    vi.spyOn(Date, "now").mockReturnValue(now * 1000)
    for (const claims of [{ exp: now }, { nbf: now }, { nbf: now + 1 }]) {
      await expect(connection(claims), JSON.stringify(claims)).rejects.toMatchObject(expired)
    }
    for (const claims of [{ exp: now + 1 }, { nbf: now - 1 }, { iat: now + 600 }]) {
      await expect(connection(claims)).resolves.toMatchObject({ user: "" })
    }
    vi.restoreAllMocks()
  })

  test("may say that the connection ends at another time than the token", async () => {
    const [exp, later] = [secondsFromNow(600), secondsFromNow(3600)]
    for (const [claims, expireAt] of [
      [{ exp }, exp],
      [{ exp: exp + 0.7 }, exp],
      [{ exp: String(exp) }, exp],
      [{ exp, expire_at: later }, later],
      [{ exp, expire_at: secondsFromNow(-5) }, secondsFromNow(-5)],
      [{ exp, expire_at: null }, exp],
      [{ exp, expire_at: 0 }, undefined],
      [{ exp, expire_at: -1 }, undefined],
      [{ exp: null, iat: later }, undefined],
    ] as const) {
      expect((await connection(claims)).expireAt, JSON.stringify(claims)).toBe(expireAt)
    }
  })

  test("passes info and meta on as they were written", async () => {
    const info = '{ "b" : 1.0,"a":12345678901234567890 }'
    expect(await connection(`{"info": ${info} ,"meta":null}`)).toMatchObject({ info, meta: "null" })
  })

  test("may hold info that is not JSON, as base64", async () => {
    for (const b64info of ["eyJhIjoxfQ==", "eyJhIjox\nfQ==\r\n"]) {
      const { info } = await connection({ b64info, info: "beside" })
      expect(info).toEqual(Buffer.from('{"a":1}'))
    }
    expect(await connection({ b64info: "", info: 1 })).toMatchObject({ info: "1" })
  })

  test("may grant each of its subscriptions something of its own", async () => {
    const subs = {
      plain: {},
      null: null,
      rich: {
        info: { a: 1 },
        b64data: "AAE=",
        data: 5,
        override: { presence: { value: true }, force_recovery: {}, join_leave: null },
      },
    }
    const plain = { info: undefined, data: undefined, override: {} }
    const rich = {
      info: '{"a":1}',
      data: Buffer.from([0, 1]),
      override: { presence: true, force_recovery: false },
    }
    const claims = await connection({ subs, channels: ["other"] })
    expect(claims.subs).toEqual(new Map(Object.entries({ plain, null: plain, rich })))
  })

  test("names a channel once, and no channel with an empty list", async () => {
    const { subs } = await connection({ subs: {}, channels: ["a", "b", "a"] })
    expect([...subs.keys()]).toEqual(["a", "b"])
    expect((await connection({ channels: [] })).subs.size).toBe(0)
  })

  test("is read with keys in any case, of which the last counts", async () => {
    expect(await connection('{"SUB":"1","sub":"2"}')).toMatchObject({ user: "2" })
    expect(await connection('{"sub":"1","Sub":"2"}')).toMatchObject({ user: "2" })
  })

  test.each([
    '{"sub":1}',
    '{"iss":1}',
    '{"jti":1}',
    '{"aud":null}',
    '{"aud":[1]}',
    '{"exp":"soon"}',
    '{"exp":""}',
    '{"exp":true}',
    '{"exp":1e999}',
    '{"iat":{}}',
    '{"nbf":[]}',
    '{"expire_at":1.5}',
    '{"expire_at":"5"}',
    '{"channels":[1]}',
    '{"channels":"a"}',
    '{"subs":[]}',
    '{"subs":{"a":1}}',
    '{"subs":{"a":{"b64info":"?"}}}',
    '{"subs":{"a":{"override":{"presence":true}}}}',
    '{"b64info":"e30"}',
    '{"channel":"c"}',
    '{"channel":"c","exp":1}',
    "[]",
    "1",
    "",
    "{",
  ])("that says %s is invalid", async (claims) => {
    await expect(connection(claims)).rejects.toMatchObject(invalid)
  })
})

describe("a subscription token", () => {
  test("opens one channel to one user", async () => {
    const exp = secondsFromNow(600)
    const token = await signSubscriptionToken({ sub: "42", channel: "$x", exp, iat: 5 }, SECRET)
    expect(await verifier.subscription(token)).toEqual({
      user: "42",
      issuedAt: 5,
      channel: "$x",
      client: "",
      expireAt: exp,
      info: undefined,
      data: undefined,
      override: {},
    })
  })

  test("may be for one connection, with info, data and other options of the channel", async () => {
    const override = { presence: { value: false }, force_positioning: { value: true } }
    const input = {
      sub: "42",
      channel: "c",
      client: "id",
      expire_at: 0,
      iat: 5,
      info: [1],
      b64data: "AA==",
    }
    const token = await signSubscriptionToken({ ...input, override }, SECRET)
    expect(await verifier.subscription(token)).toEqual({
      user: "42",
      issuedAt: 5,
      channel: "c",
      client: "id",
      expireAt: undefined,
      info: "[1]",
      data: Buffer.from([0]),
      override: { presence: false, force_positioning: true },
    })
  })

  test("is not looked at for what belongs into a connection token", async () => {
    expect(await subscription({ subs: 5, channels: 7, meta: 1 })).toMatchObject({ channel: "c" })
  })

  test("without a channel is invalid, but is first of all expired", async () => {
    for (const channel of ["", null, undefined]) {
      await expect(subscription({ channel })).rejects.toMatchObject(invalid)
      await expect(subscription({ channel, exp: 1 })).rejects.toMatchObject(expired)
    }
  })

  test.each([{ channel: 5 }, { client: 5 }, { b64data: "*" }, { override: { presence: 1 } }])(
    "that says %j is invalid",
    async (claims) => {
      await expect(subscription(claims)).rejects.toMatchObject(invalid)
    },
  )
})

const UNSIGNED_HEAD = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url")

describe("a signature", () => {
  test.each([
    ["of another secret", handMade({}, { secret: "another secret" })],
    ["that is missing", handMade({}, { header: { alg: "none" } })],
    ["that is none, in other letters", handMade({}, { header: { alg: "nOnE" } })],
    ["of no algorithm at all", handMade({}, { header: { alg: undefined } })],
    ["of the secret, under the name of none", `${handMade({}).replace(/^[^.]+/, UNSIGNED_HEAD)}`],
    ["of an unknown algorithm", handMade({}, { header: { alg: "HS999" } })],
    ["of an algorithm named like a method", handMade({}, { header: { alg: "constructor" } })],
    ["of an algorithm that has no key here", handMade({}, { header: { alg: "RS256" } })],
    ["of an algorithm that is a number", handMade({}, { header: { alg: 256 } })],
    [
      "with a critical extension that nobody knows",
      handMade({}, { header: { crit: ["x"], x: 1 } }),
    ],
    ["with something behind it", `${handMade({})}=`],
    ["of four parts", `${handMade({})}.e30`],
  ])("%s is invalid", async (_what, token) => {
    await expect(verifier.connection(token)).rejects.toMatchObject(invalid)
    await expect(verifier.subscription(token)).rejects.toMatchObject(invalid)
  })

  test("of a bad token is what counts, not that the token is expired", async () => {
    const token = handMade({ exp: 1 }, { secret: "another secret" })
    await expect(verifier.connection(token)).rejects.toMatchObject(invalid)
  })

  test("is never good where no secret is configured", async () => {
    for (const options of [{}, { hmac_secret_key: "" }]) {
      const token = handMade({}, { secret: "" })
      await expect(tokenVerifier(options).connection(token)).rejects.toMatchObject(invalid)
    }
  })

  test("of the secret before is good, until its time is over", async () => {
    const token = handMade({ sub: "1" }, { secret: "old" })
    for (const [until, isGood] of [
      [undefined, true],
      [0, true],
      [secondsFromNow(100), true],
      [secondsFromNow(-1), false],
    ] as const) {
      const both = tokenVerifier({
        hmac_secret_key: SECRET,
        hmac_previous_secret_key: "old",
        hmac_previous_secret_key_valid_until: until,
      })
      expect(await both.connection(handMade({ sub: "2" }))).toMatchObject({ user: "2" })
      const verification = both.connection(token)
      if (isGood) expect(await verification).toMatchObject({ user: "1" })
      else await expect(verification).rejects.toMatchObject(invalid)
    }
  })

  test("is not looked at where that is switched off, but all else is", async () => {
    const trusting = tokenVerifier({ insecureSkipSignatureVerify: true, issuer: "me" })
    const unsigned = { header: { alg: "none" } }
    const token = handMade({ sub: "1", iss: "me" }, unsigned)
    expect(await trusting.connection(token)).toMatchObject({ user: "1" })
    const old = handMade({ iss: "me", exp: 1 }, unsigned)
    await expect(trusting.connection(old)).rejects.toMatchObject(expired)
    const foreign = handMade({ iss: "you" }, unsigned)
    await expect(trusting.connection(foreign)).rejects.toMatchObject(invalid)
  })

  test("can't be made with an empty secret", async () => {
    await expect(signConnectionToken({ sub: "" }, "")).rejects.toThrow(RangeError)
  })
})

describe("any token", () => {
  const claims: fc.Arbitrary<ConnectionTokenInput> = fc.record(
    {
      sub: fc.string(),
      info: fc.jsonValue(),
      meta: fc.jsonValue(),
      expire_at: fc.nat(),
      channels: fc.array(fc.string()),
    },
    { requiredKeys: ["sub"] },
  )
  const secret = fc.string({ minLength: 1 })

  test("verifies with the secret that signed it, and with no other", async () => {
    await fc.assert(
      fc.asyncProperty(claims, secret, secret, async (input, key, other) => {
        const token = await signConnectionToken(input, key)
        const read = await tokenVerifier({ hmac_secret_key: key }).connection(token)
        expect(read.user).toBe(input.sub)
        expect(read.info).toBe(JSON.stringify(input.info))
        expect(read.meta).toBe(JSON.stringify(input.meta))
        expect(read.expireAt).toBe(input.expire_at || undefined)
        expect([...read.subs.keys()]).toEqual([...new Set(input.channels)])
        fc.pre(other !== key && !isSameHmacKey(other, key))
        const verification = tokenVerifier({ hmac_secret_key: other }).connection(token)
        await expect(verification).rejects.toMatchObject(invalid)
      }),
    )
  })

  test("never verifies once a character is another", async () => {
    const token = handMade({ sub: "42", info: { name: "user" } })
    const signature = (text: string) => Buffer.from(text.split(".")[2] ?? "", "base64url")
    const character = fc.constantFrom(..."ABCDwxyz0123456789-_.=+/ {\u00e9")
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), character, async (at, other) => {
        const mutated = token.slice(0, at) + other + token.slice(at + 1)
        // The last character has two bits that say nothing.
        const isSame = at === token.length - 1 && signature(mutated).equals(signature(token))
        fc.pre(mutated !== token && !isSame)
        await expect(verifier.connection(mutated)).rejects.toMatchObject(invalid)
      }),
      { numRuns: 500 },
    )
  })

  test("that is random is refused, never anything else", async () => {
    const part = fc.oneof(
      fc.base64String(),
      fc.json().map((text) => btoa(encodeURI(text))),
    )
    const almost = fc.array(part, { maxLength: 5 }).map((parts) => parts.join("."))
    const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), almost)
    await fc.assert(
      fc.asyncProperty(text, async (token) => {
        await expect(verifier.connection(token)).rejects.toBeInstanceOf(TokenError)
        await expect(verifier.subscription(token)).rejects.toBeInstanceOf(TokenError)
      }),
      { numRuns: 500 },
    )
  })

  test("that is signed but holds any JSON is read or refused, never anything else", async () => {
    const names = fc.constantFrom("sub", "exp", "nbf", "aud", "info", "b64info", "subs", "channels")
    const content = fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue()))
    await fc.assert(
      fc.asyncProperty(content, async (value) => {
        const claims = await connection(JSON.stringify(value)).catch((error: unknown) => error)
        if (claims instanceof Error) expect(claims).toBeInstanceOf(TokenError)
        else expect(claims).toHaveProperty("user")
      }),
      { numRuns: 500 },
    )
  })
})

/** HMAC fills short keys up with zeros, so that two of them may be one. */
function isSameHmacKey(one: string, other: string): boolean {
  const trimmed = (key: string) => key.replace(/\0+$/, "")
  return trimmed(one) === trimmed(other)
}
