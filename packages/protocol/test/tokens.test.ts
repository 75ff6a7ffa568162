import { createHmac } from "node:crypto"
import { describe, expect, test } from "vitest"
import { signConnectionToken, signSubscriptionToken, tokenVerifier } from "../src/index.js"

const SECRET = "a-secret-of-the-tests-32-bytes-long"
const verifier = tokenVerifier(SECRET)

/** A token made by hand, as somebody who forges one would. */
function handMade(header: unknown, claims: unknown, secret: string | undefined): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const content = `${part(header)}.${part(claims)}`
  const sign = (key: string) => createHmac("sha256", key).update(content).digest("base64url")
  return `${content}.${secret === undefined ? "" : sign(secret)}`
}

describe("a connection token", () => {
  test("says who its bearer is", async () => {
    const token = await signConnectionToken({ sub: "42", exp: 4e9, channels: ["#42"] }, SECRET)
    expect(await verifier.connection(token)).toMatchObject({
      sub: "42",
      exp: 4e9,
      channels: ["#42"],
      iat: expect.any(Number),
    })
  })

  test("is a JWT like any other", async () => {
    const token = handMade({ alg: "HS256", typ: "JWT" }, { sub: "42" }, SECRET)
    expect(await verifier.connection(token)).toEqual({ sub: "42" })
  })

  test("that has run out, or is not valid yet, is expired", async () => {
    for (const claims of [
      { sub: "1", exp: 1 },
      { sub: "1", nbf: 4e9 },
    ]) {
      const token = handMade({ alg: "HS256" }, claims, SECRET)
      await expect(verifier.connection(token)).rejects.toMatchObject({ kind: "expired" })
    }
  })

  test.each([
    ["of another secret", handMade({ alg: "HS256" }, { sub: "1" }, "another secret")],
    ["without a signature", handMade({ alg: "none" }, { sub: "1" }, undefined)],
    ["that says it has none", handMade({ alg: "none" }, { sub: "1" }, SECRET)],
    ["of an unknown algorithm", handMade({ alg: "HS999" }, { sub: "1" }, SECRET)],
    ["whose subject is a number", handMade({ alg: "HS256" }, { sub: 1 }, SECRET)],
    [
      "that is one for a subscription",
      handMade({ alg: "HS256" }, { sub: "1", channel: "c" }, SECRET),
    ],
    ["that is no token", "abc"],
  ])("%s is invalid", async (_what, token) => {
    await expect(verifier.connection(token)).rejects.toMatchObject({ kind: "invalid" })
  })

  test("is invalid where no secret is configured", async () => {
    const token = handMade({ alg: "HS256" }, { sub: "1" }, "")
    await expect(tokenVerifier("").connection(token)).rejects.toMatchObject({ kind: "invalid" })
  })
})

describe("a subscription token", () => {
  test("opens one channel to one user", async () => {
    const token = await signSubscriptionToken({ sub: "42", channel: "$x" }, SECRET)
    expect(await verifier.subscription(token)).toMatchObject({ sub: "42", channel: "$x" })
  })

  test("without a channel is invalid", async () => {
    const token = await signConnectionToken({ sub: "42" }, SECRET)
    await expect(verifier.subscription(token)).rejects.toMatchObject({ kind: "invalid" })
  })
})
