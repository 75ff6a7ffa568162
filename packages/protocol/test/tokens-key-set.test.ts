import { generateKeyPairSync, type KeyObject } from "node:crypto"
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http"
import { CompactSign } from "jose"
import { afterEach, describe, expect, test, vi } from "vitest"
import { type TokenOptions, tokenVerifier } from "../src/index.js"
import { handMade } from "./hand-made-token.js"

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
const edwards = generateKeyPairSync("ed25519")

const invalid = { name: "TokenError", kind: "invalid" }
const user = { user: "42" }

interface Signing {
  readonly alg?: string
  readonly kid?: string
  readonly claims?: object
}

function signed(key: KeyObject, { alg = "RS256", kid, claims }: Signing): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify({ sub: "42", ...claims })))
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .sign(key)
}

const jwk = (key: KeyObject, members: object) => ({
  ...key.export({ format: "jwk" }),
  use: "sig",
  ...members,
})
const rsaKey = (kid: string) => jwk(rsa.publicKey, { kid, alg: "RS256" })

/** What an endpoint answers: a body that is written as JSON, or anything by hand. */
type Answer = object | ((response: ServerResponse) => void)

/** A real endpoint of key sets; it counts who asks. */
class Endpoint implements AsyncDisposable {
  readonly asked: string[] = []
  readonly #server: Server

  constructor(server: Server) {
    this.#server = server
  }

  /** Gives the answers in turn, the last one for good. */
  static async answering(...answers: readonly Answer[]): Promise<Endpoint> {
    let at = 0
    const listener: RequestListener = (request, response) => {
      endpoint.asked.push(request.url ?? "")
      const answer = answers[Math.min(at++, answers.length - 1)]
      if (typeof answer === "function") answer(response)
      else response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer))
    }
    const server = createServer(listener)
    const endpoint = new Endpoint(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return endpoint
  }

  url(path = "/keys"): string {
    const address = this.#server.address()
    if (address === null || typeof address === "string") throw new Error("the endpoint has no port")
    return `http://127.0.0.1:${address.port}${path}`
  }

  verifier(options: TokenOptions = {}) {
    return tokenVerifier({ jwks_public_endpoint: this.url(), ...options })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

const withStatus =
  (status: number): Answer =>
  (response) =>
    response.writeHead(status).end("no")

afterEach(() => vi.useRealTimers())

describe("a key set", () => {
  test("is fetched at the first token, once for a crowd, and kept", async () => {
    await using endpoint = await Endpoint.answering({ keys: [rsaKey("r1")] })
    const verifier = endpoint.verifier()
    expect(endpoint.asked).toEqual([])
    const token = await signed(rsa.privateKey, { kid: "r1" })
    const crowd = await Promise.all(Array.from({ length: 50 }, () => verifier.connection(token)))
    expect(crowd).toMatchObject(crowd.map(() => user))
    await verifier.connection(token)
    expect(endpoint.asked).toEqual(["/keys"])
  })

  test("verifies RSA, ECDSA and Ed25519, each with the key that the token names", async () => {
    await using endpoint = await Endpoint.answering({
      keys: [
        { kty: "unheard-of", kid: "u", use: "sig" },
        rsaKey("r1"),
        jwk(rsa.publicKey, { kid: "r2" }),
        jwk(ec.publicKey, { kid: "e1", alg: "ES256" }),
        jwk(edwards.publicKey, { kid: "d1" }),
      ],
    })
    const verifier = endpoint.verifier()
    for (const token of [
      await signed(rsa.privateKey, { kid: "r1" }),
      await signed(rsa.privateKey, { kid: "r2", alg: "RS512" }),
      await signed(ec.privateKey, { kid: "e1", alg: "ES256" }),
      await signed(edwards.privateKey, { kid: "d1", alg: "EdDSA" }),
    ]) {
      expect(await verifier.connection(token)).toMatchObject(user)
    }
    expect(endpoint.asked).toHaveLength(1)
  })

  test("is asked again for a key that it didn't have", async () => {
    const before = { keys: [rsaKey("r1")] }
    await using endpoint = await Endpoint.answering(before, { keys: [rsaKey("r2")] })
    const verifier = endpoint.verifier()
    await verifier.connection(await signed(rsa.privateKey, { kid: "r1" }))
    expect(await verifier.connection(await signed(rsa.privateKey, { kid: "r2" }))).toMatchObject(
      user,
    )
    const gone = signed(rsa.privateKey, { kid: "r1" }).then((token) => verifier.connection(token))
    await expect(gone).rejects.toMatchObject(invalid)
    expect(endpoint.asked).toHaveLength(3)
  })

  test("is not asked for a token that names no key, or an algorithm of secrets", async () => {
    await using endpoint = await Endpoint.answering({ keys: [rsaKey("r1")] })
    const verifier = endpoint.verifier({ hmac_secret_key: "secret" })
    for (const token of [
      await signed(rsa.privateKey, {}),
      handMade({ sub: "42" }, { secret: "secret", header: { kid: "r1" } }),
    ]) {
      await expect(verifier.connection(token)).rejects.toMatchObject(invalid)
    }
    expect(endpoint.asked).toEqual([])
  })

  test.each([
    ["another key has signed", rsaKey("k"), { alg: "ES256" }],
    ["is of another algorithm than its key", rsaKey("k"), { alg: "RS384" }],
    ["is of PS256", jwk(rsa.publicKey, { kid: "k" }), { alg: "PS256" }],
    ["names a key that is not for signatures", { ...rsaKey("k"), use: "enc" }, {}],
    ["names a key for nothing", { ...rsaKey("k"), use: undefined }, {}],
    ["names a private key", jwk(rsa.privateKey, { kid: "k", alg: "RS256" }), {}],
  ])("makes no token good that %s", async (_what, key, signing: Signing) => {
    await using endpoint = await Endpoint.answering({ keys: [key] })
    const signer = signing.alg === "ES256" ? ec.privateKey : rsa.privateKey
    const token = await signed(signer, { kid: "k", ...signing })
    await expect(endpoint.verifier().connection(token)).rejects.toMatchObject(invalid)
    expect(endpoint.asked).toHaveLength(1)
  })

  test("of secrets makes no token good", async () => {
    const k = Buffer.from("secret").toString("base64url")
    await using endpoint = await Endpoint.answering({
      keys: [{ kty: "oct", k, kid: "k", use: "sig" }],
    })
    const token = handMade({}, { secret: "secret", header: { kid: "k" } })
    await expect(endpoint.verifier().connection(token)).rejects.toMatchObject(invalid)
  })

  test("that doesn't come makes its tokens invalid, until it does", async () => {
    const good = { keys: [rsaKey("r1")] }
    const large = { keys: [rsaKey("r1")], padding: "x".repeat(1_100_000) }
    const bad: readonly Answer[] = [{}, [], { keys: {} }, { keys: [] }, large, large]
    await using endpoint = await Endpoint.answering(...bad, good)
    const verifier = endpoint.verifier()
    const token = await signed(rsa.privateKey, { kid: "r1" })
    // The large one is asked for twice.
    for (const _answer of bad.slice(1)) {
      await expect(verifier.connection(token)).rejects.toMatchObject(invalid)
    }
    expect(await verifier.connection(token)).toMatchObject(user)
  })

  test("is asked for a second time at once when the first goes wrong", async () => {
    const good = { keys: [rsaKey("r1")] }
    const hangUp: Answer = (response) => response.destroy()
    for (const failure of [withStatus(500), withStatus(204), hangUp]) {
      await using endpoint = await Endpoint.answering(failure, good)
      const token = await signed(rsa.privateKey, { kid: "r1" })
      expect(await endpoint.verifier().connection(token)).toMatchObject(user)
      expect(endpoint.asked).toHaveLength(2)
    }
  })

  test("that never comes is not waited for", async () => {
    await using endpoint = await Endpoint.answering(() => {})
    const token = await signed(rsa.privateKey, { kid: "r1" })
    await expect(endpoint.verifier().connection(token)).rejects.toMatchObject(invalid)
    expect(endpoint.asked).toHaveLength(2)
  })

  test("counts for an hour, and on while it can't be fetched, but not for ever", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const good = { keys: [rsaKey("r1")] }
    await using endpoint = await Endpoint.answering(good, good, withStatus(500))
    const verifier = endpoint.verifier()
    const token = await signed(rsa.privateKey, { kid: "r1" })
    const askedAfter = async (minutes: number) => {
      vi.setSystemTime(Date.now() + minutes * 60_000)
      await verifier.connection(token)
      return endpoint.asked.length
    }
    expect(await askedAfter(0)).toBe(1)
    expect(await askedAfter(59)).toBe(1)
    expect(await askedAfter(2)).toBe(2)
    expect(await askedAfter(61)).toBe(4)
    expect(await askedAfter(0)).toBe(4)
    expect(await askedAfter(2)).toBe(6)
    await expect(askedAfter(24 * 60)).rejects.toMatchObject(invalid)
  })
})

describe("an address that depends on the token", () => {
  const tenants = { issuer_regex: /^https:\/\/auth\/(?<tenant>a|b)$/ }

  test("has a key set of its own for each issuer, even when keys have the same name", async () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const keys = [{ keys: [rsaKey("k")] }, { keys: [jwk(other.publicKey, { kid: "k" })] }]
    await using endpoint = await Endpoint.answering(...keys)
    const verifier = endpoint.verifier({
      jwks_public_endpoint: endpoint.url("/{{tenant}}/keys"),
      ...tenants,
    })
    const of = (tenant: string) => ({ kid: "k", claims: { iss: `https://auth/${tenant}` } })
    expect(await verifier.connection(await signed(rsa.privateKey, of("a")))).toMatchObject(user)
    const forged = await signed(rsa.privateKey, of("b"))
    await expect(verifier.connection(forged)).rejects.toMatchObject(invalid)
    expect(await verifier.connection(await signed(other.privateKey, of("b")))).toMatchObject(user)
    expect(endpoint.asked).toEqual(["/a/keys", "/b/keys"])
  })

  test("is not asked for an issuer that isn't listed", async () => {
    await using endpoint = await Endpoint.answering({ keys: [rsaKey("k")] })
    const verifier = endpoint.verifier({
      jwks_public_endpoint: endpoint.url("/{{tenant}}/keys"),
      ...tenants,
    })
    const token = await signed(rsa.privateKey, { kid: "k", claims: { iss: "https://auth/c" } })
    await expect(verifier.connection(token)).rejects.toMatchObject(invalid)
    expect(endpoint.asked).toEqual([])
  })

  test("is never one outside of the path, even where strangers may choose", async () => {
    await using endpoint = await Endpoint.answering({ keys: [rsaKey("k")] })
    const verifier = endpoint.verifier({
      jwks_public_endpoint: endpoint.url("/tenants/{{tenant}}/keys"),
      audience_regex: /^(?<tenant>.*)$/s,
      insecure_skip_jwks_endpoint_safety_check: true,
    })
    const of = (aud: string) => signed(rsa.privateKey, { kid: "k", claims: { aud } })
    for (const aud of ["..", "../..", ".", "a/../..", "%2e%2E", "a\\..", "../x\n"]) {
      await expect(verifier.connection(await of(aud)), aud).rejects.toMatchObject(invalid)
    }
    expect(endpoint.asked).toEqual([])
    expect(await verifier.connection(await of("a"))).toMatchObject(user)
    expect(endpoint.asked).toEqual(["/tenants/a/keys"])
  })

  test.each([
    /(?<tenant>a|b)/,
    /^https:\/\/(?:www\.)?auth\.test\/(?<tenant>team\/a|team\x2db)$/,
    /[a-z]+(?<tenant>(?:a|b)c|)/i,
  ])("may be made of the texts that %s lists", (issuer_regex) => {
    const jwks_public_endpoint = "https://auth.test/{{tenant}}/keys"
    expect(() => tokenVerifier({ jwks_public_endpoint, issuer_regex })).not.toThrow()
  })

  test.each([
    [/(?<tenant>.*)/, "strangers could put what they like for {{tenant}}"],
    [/(?<tenant>[a-z])/, "strangers could put what they like for {{tenant}}"],
    [/(?<tenant>(?:a|\w)b)/, "strangers could put what they like for {{tenant}}"],
    [/(?<tenant>a{2})/, "strangers could put what they like for {{tenant}}"],
    [/(?<tenant>ab?)c(?<other>d)/, "strangers could put what they like for {{tenant}}"],
    [/(?<other>a)/, "no regex has a group (?P<tenant>…)"],
    [undefined, "no regex has a group (?P<tenant>…)"],
  ])("can't be made of what %s matches", (issuer_regex, words) => {
    const jwks_public_endpoint = "https://auth.test/{{tenant}}/keys"
    const making = () => tokenVerifier({ jwks_public_endpoint, issuer_regex })
    expect(making).toThrow(`jwks_public_endpoint: ${words}`)
  })

  test("is one of the web", () => {
    for (const jwks_public_endpoint of [
      "keys",
      "ftp://auth.test/keys",
      "file:///keys",
      "http://",
    ]) {
      expect(() => tokenVerifier({ jwks_public_endpoint })).toThrow(
        "jwks_public_endpoint: must be an",
      )
    }
  })
})
