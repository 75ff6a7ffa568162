import { describe, expect, test } from "vitest"
import { type TokenOptions, tokenVerifier } from "../src/index.js"
import { handMade, SECRET } from "./hand-made-token.js"

const invalid = { name: "TokenError", kind: "invalid" }
const verifying = (options: TokenOptions) => tokenVerifier({ hmac_secret_key: SECRET, ...options })

describe("an issuer or audience that is configured", () => {
  test.each([
    [{ audience: "app" }, { aud: "app" }],
    [{ audience: "app" }, { aud: ["web", "app"] }],
    [{ issuer: "me" }, { iss: "me" }],
    [{ audience_regex: /^app-[0-9]$/ }, { aud: "app-7" }],
    [{ audience_regex: /^app-[0-9]$/ }, { aud: ["web", "app-7"] }],
    [{ issuer_regex: /^https:\/\/auth\.[a-z]\.test$/ }, { iss: "https://auth.a.test" }],
    [{ issuer_regex: /auth/ }, { iss: "https://auth.a.test" }],
    [
      { issuer: "me", audience_regex: /app/ },
      { iss: "me", aud: "my-app" },
    ],
  ])("%o lets %j in", async (options, claims) => {
    const verifier = verifying(options)
    expect(await verifier.connection(handMade({ sub: "1", ...claims }))).toMatchObject({
      user: "1",
    })
    const token = handMade({ sub: "1", channel: "c", ...claims })
    expect(await verifier.subscription(token)).toMatchObject({ channel: "c" })
  })

  test.each([
    [{ audience: "app" }, { aud: "application" }],
    [{ audience: "app" }, { aud: [] }],
    [{ audience: "app" }, { iss: "app" }],
    [{ issuer: "me" }, { iss: "ME" }],
    [{ issuer: "me" }, {}],
    [{ audience_regex: /^app-[0-9]$/ }, { aud: "web" }],
    [{ audience_regex: /^app-[0-9]$/ }, {}],
    [{ issuer_regex: /^https:\/\/auth\.[a-z]\.test$/ }, { iss: "https://evil.test" }],
    [
      { issuer: "me", audience: "app" },
      { iss: "me", aud: "web" },
    ],
  ])("%o refuses %j", async (options, claims) => {
    const verifier = verifying(options)
    const token = handMade({ channel: "c", exp: 1, ...claims })
    await expect(verifier.connection(handMade(claims))).rejects.toMatchObject(invalid)
    await expect(verifier.subscription(token)).rejects.toMatchObject(invalid)
  })

  test("is one text or one pattern, not both", () => {
    const both = { issuer: "me", issuer_regex: /me/ }
    expect(() => tokenVerifier(both)).toThrow("issuer_regex: stands beside issuer")
    const either = { audience: "me", audience_regex: /me/ }
    expect(() => tokenVerifier(either)).toThrow("audience_regex: stands beside audience")
  })
})

describe("a claim of its own for the user's id", () => {
  test.each([
    ['{"uid":"42","sub":"other"}', "42"],
    ['{"uid":"\\u0041\\n"}', "A\n"],
    ['{"u\\u0069d":"42"}', "42"],
    ['{"uid":42}', "42"],
    ['{"uid":12345678901234567890}', "12345678901234567890"],
    ['{"uid":4.50}', "4.5"],
    ['{"uid":1e3}', "1000"],
    ['{"uid":true}', "true"],
    ['{"uid":{"a": 1}}', '{"a": 1}'],
    ['{"uid":"first","uid":"second"}', "first"],
    ['{"uid":null}', ""],
    ['{"UID":"42"}', ""],
    ['{"sub":"42"}', ""],
  ])("in %s is %j", async (claims, user) => {
    const verifier = verifying({ user_id_claim: "uid" })
    expect((await verifier.connection(handMade(claims))).user).toBe(user)
    const token = handMade(claims.replace("{", '{"channel":"c",'))
    expect((await verifier.subscription(token)).user).toBe(user)
  })

  test("does not excuse a subject that is no text", async () => {
    const verifier = verifying({ user_id_claim: "uid" })
    const token = handMade({ uid: "42", sub: 5 })
    await expect(verifier.connection(token)).rejects.toMatchObject(invalid)
  })

  test("has a name of letters and _", () => {
    for (const name of ["uid1", "user.id", "a-b", "a b"]) {
      expect(() => verifying({ user_id_claim: name }), name).toThrow("user_id_claim")
    }
  })
})
