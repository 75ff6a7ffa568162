import { generateKeyPairSync } from "node:crypto"
import { signConnectionToken, signSubscriptionToken } from "@instant-ws/engine"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Cli } from "./cli.js"

const SECRET = "k3y-0f-the-tests-which-is-32-bytes-long"

let cli: Cli

beforeAll(async () => {
  cli = await Cli.make()
  await cli.write("config.json", { client: { token: { hmac_secret_key: SECRET } } })
})
afterAll(async () => {
  await cli[Symbol.asyncDispose]()
})

/** What a command prints when it does what it is asked. */
async function output(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli.run(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return stdout
}

/** Why a command can't do what it is asked: one sentence, and exit code 1. */
async function refusal(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli.run(args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
  return stderr
}

/** Says in the file what `client` holds, and answers its name. */
async function file(client: unknown): Promise<string> {
  await cli.write("other.json", { client })
  return "other.json"
}

/** What a token says, without looking at its signature. */
function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())
}

describe("instant gentoken", () => {
  test("prints what the token is for, and the token", async () => {
    const [words, token = "", end] = (await output("gentoken", "--user", "42")).split("\n")
    expect(words).toBe('HMAC SHA-256 JWT for user "42" with expiration TTL 24h0m0s:')
    expect(end).toBe("")
    const { sub, exp, iat } = claimsOf(token)
    expect(sub).toBe("42")
    expect(Number(exp) - Math.floor(Number(iat))).toBe(86_400)
  })

  test.each([
    { args: ["--ttl", "90"], words: "for anonymous user with expiration TTL 1m30s:", lasts: 90 },
    { args: ["--ttl", "5"], words: "with expiration TTL 5s:", lasts: 5 },
    { args: ["--ttl", "0"], words: "for anonymous user without expiration:" },
    { args: ["--ttl", "-1"], words: "without expiration:" },
  ])("lasts as long as it is asked: $args", async ({ args, words, lasts }) => {
    const [first, token = ""] = (await output("gentoken", ...args)).split("\n")
    expect(first).toContain(words)
    const { exp, iat } = claimsOf(token)
    expect(exp).toBe(lasts === undefined ? undefined : Math.floor(Number(iat)) + lasts)
  })

  test("prints the token alone when it is to be quiet", async () => {
    expect(await output("gentoken", "-q", "-u", "42")).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  })

  test("writes the claims that the file asks for", async () => {
    const token = { hmac_secret_key: SECRET, audience: "a", issuer: "i", user_id_claim: "uid" }
    const config = await file({ token })
    const made = (await output("gentoken", "-q", "-u", "42", "-c", config)).trim()
    expect(claimsOf(made)).toMatchObject({ aud: "a", iss: "i", uid: "42" })
    expect(await output("checktoken", made, "-c", config)).toContain('valid token for user "42"')
  })

  test("takes the key of the environment", async () => {
    const env = { CENTRIFUGO_CLIENT_TOKEN_HMAC_SECRET_KEY: `${SECRET}-of-the-environment` }
    const { stdout } = await cli.run(["gentoken", "-q"], { env })
    expect(await refusal("checktoken", stdout.trim())).toContain("signature")
    expect(await cli.run(["checktoken", stdout.trim()], { env })).toMatchObject({ code: 0 })
  })

  test.each([
    {
      fault: "there is no key",
      client: {},
      words:
        /^client\.token\.hmac_secret_key isn't set, and only HMAC tokens are made here: set it/,
    },
    {
      fault: "no such token would be accepted",
      client: { token: { hmac_secret_key: SECRET, issuer_regex: "^me$" } },
      words: /^client\.token asks for more than the tokens that are made here: .*another issuer$/m,
    },
  ])("says in a sentence that $fault", async ({ client, words }) => {
    expect(await refusal("gentoken", "--config", await file(client))).toMatch(words)
  })

  test("says in a sentence that a lifetime is none, or that there is no file", async () => {
    expect(await refusal("gentoken", "--ttl", "1h")).toMatch(/number of seconds, 0 for ever/)
    expect(await refusal("gentoken", "-c", "none.json")).toBe(
      'There is no none.json: write one with "instant genconfig --config none.json", or name another with --config\n',
    )
  })
})

describe("instant gensubtoken", () => {
  test("prints what the token is for, and the token", async () => {
    const printed = await output("gensubtoken", "-u", "42", "--channel", "orders", "--ttl", "3600")
    const [words, token = ""] = printed.split("\n")
    expect(words).toBe(
      'HMAC SHA-256 JWT for user "42" and channel "orders" with expiration TTL 1h0m0s:',
    )
    expect(claimsOf(token)).toMatchObject({ sub: "42", channel: "orders" })
  })

  test("signs with the key of subscription tokens where they have one", async () => {
    const subscription_token = { enabled: true, hmac_secret_key: `other-${SECRET}` }
    const both = await file({ token: { hmac_secret_key: SECRET }, subscription_token })
    const token = await output("gensubtoken", "-q", "-s", "orders", "-c", both)
    expect(token).not.toBe(await output("gensubtoken", "-q", "-s", "orders"))
    const none = await file({ subscription_token: { enabled: true } })
    expect(await refusal("gensubtoken", "-s", "orders", "-c", none)).toMatch(
      /^client\.subscription_token\.hmac_secret_key isn't set/,
    )
  })

  test("asks for a channel", async () => {
    expect(await refusal("gensubtoken", "-u", "42")).toMatch(/--channel <channel>' not specified/)
  })
})

describe("instant checktoken", () => {
  test("says whom a token is for, until when, and what it says", async () => {
    const token = (await output("gentoken", "-q", "-u", "42")).trim()
    const { exp } = claimsOf(token)
    expect(await output("checktoken", token)).toBe(
      `valid token for user "42", until ${new Date(Number(exp) * 1_000).toISOString()}\n` +
        `payload: ${JSON.stringify(claimsOf(token))}\n`,
    )
    const anonymous = (await output("gentoken", "-q", "--ttl", "0")).trim()
    expect(await output("checktoken", anonymous)).toMatch(
      /^valid token for anonymous user, without expiration\n/,
    )
  })

  const past = Math.floor(Date.now() / 1_000) - 1
  const sub = "42"
  test.each([
    ["it is none", "abc", /: this is no JSON Web Token$/],
    ["it is forged", signConnectionToken({ sub }, `other-${SECRET}`), /: the signature is not/],
    ["it is old", signConnectionToken({ sub, exp: past }, SECRET), /: the token is expired$/],
    [
      "it is for a subscription",
      signSubscriptionToken({ sub, channel: "orders" }, SECRET),
      /: a subscription token is no connection token$/,
    ],
  ])("says in a sentence that %s", async (_, token, words) => {
    const sentence = (await refusal("checktoken", await token)).trimEnd()
    expect(sentence).toMatch(/^Not valid by client\.token of config\.json: /)
    expect(sentence).toMatch(words)
  })

  test("says in a sentence that the file has no key for such a token", async () => {
    const { publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    })
    const rsa = await file({ token: { rsa_public_key: publicKey } })
    const token = await signConnectionToken({ sub }, SECRET)
    expect(await refusal("checktoken", token, "-c", rsa)).toContain("no key is configured")
  })
})
