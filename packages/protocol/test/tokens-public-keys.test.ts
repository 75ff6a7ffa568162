import { generateKeyPairSync, type KeyObject } from "node:crypto"
import { CompactSign, exportJWK } from "jose"
import { describe, expect, test } from "vitest"
import { TokenOptionsError, tokenVerifier } from "../src/index.js"
import { handMade, SECRET } from "./hand-made-token.js"

const pem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString()
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
const curves = {
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ES384: generateKeyPairSync("ec", { namedCurve: "P-384" }),
  ES512: generateKeyPairSync("ec", { namedCurve: "P-521" }),
}
const RSA_PEM = pem(rsa.publicKey)
const EC_PEM = pem(curves.ES256.publicKey)

const invalid = { name: "TokenError", kind: "invalid" }

function signed(alg: string, key: KeyObject, claims: object = { sub: "42" }): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg, typ: "JWT" })
    .sign(key)
}

describe("an RSA key", () => {
  const verifier = tokenVerifier({ rsa_public_key: RSA_PEM })

  test.each(["RS256", "RS384", "RS512"])("verifies %s", async (alg) => {
    const token = await signed(alg, rsa.privateKey)
    expect(await verifier.connection(token)).toMatchObject({ user: "42" })
  })

  test("verifies no PS256, and nothing that another key has signed", async () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 })
    for (const token of [
      await signed("PS256", rsa.privateKey),
      await signed("RS256", other.privateKey),
      await signed("ES256", curves.ES256.privateKey),
    ]) {
      await expect(verifier.connection(token)).rejects.toMatchObject(invalid)
    }
  })

  test("is no secret: a token that takes its text for one is forged", async () => {
    for (const secret of [RSA_PEM, RSA_PEM.trim()]) {
      await expect(verifier.connection(handMade({}, { secret }))).rejects.toMatchObject(invalid)
    }
  })

  test("is the one that is configured, whatever key a token brings along", async () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const jwk = await exportJWK(other.publicKey)
    for (const header of [{ jwk }, { jku: "https://evil.example/keys" }, { kid: RSA_PEM }]) {
      const token = await new CompactSign(Buffer.from('{"sub":"42"}'))
        .setProtectedHeader({ alg: "RS256", typ: "JWT", ...header })
        .sign(other.privateKey)
      await expect(verifier.connection(token)).rejects.toMatchObject(invalid)
    }
  })

  test("says that a token of its own is expired", async () => {
    const token = await signed("RS256", rsa.privateKey, { sub: "42", exp: 1 })
    await expect(verifier.connection(token)).rejects.toMatchObject({ kind: "expired" })
  })
})

describe("an ECDSA key", () => {
  test.each(["ES256", "ES384", "ES512"] as const)("verifies %s of its own curve", async (alg) => {
    for (const [name, { publicKey }] of Object.entries(curves)) {
      const verifier = tokenVerifier({ ecdsa_public_key: pem(publicKey) })
      const verification = verifier.connection(await signed(alg, curves[alg].privateKey))
      if (name === alg) expect(await verification).toMatchObject({ user: "42" })
      else await expect(verification).rejects.toMatchObject(invalid)
    }
  })
})

test("secrets and keys of all kinds work side by side", async () => {
  const verifier = tokenVerifier({
    hmac_secret_key: SECRET,
    rsa_public_key: RSA_PEM,
    ecdsa_public_key: EC_PEM,
  })
  for (const token of [
    handMade({ sub: "42" }),
    await signed("RS256", rsa.privateKey),
    await signed("ES256", curves.ES256.privateKey),
  ]) {
    expect(await verifier.connection(token)).toMatchObject({ user: "42" })
  }
})

describe("a key that can't work is named at once", () => {
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 })
  const odd = generateKeyPairSync("ec", { namedCurve: "secp256k1" })
  const edwards = generateKeyPairSync("ed25519")

  test.each([
    ["rsa_public_key", "x", "BEGIN PUBLIC KEY"],
    ["ecdsa_public_key", EC_PEM.slice(0, 60), "BEGIN PUBLIC KEY"],
    ["rsa_public_key", EC_PEM, "RSA key of 2048 bits"],
    ["ecdsa_public_key", RSA_PEM, "P-256"],
    ["rsa_public_key", pem(small.publicKey), "2048 bits"],
    ["ecdsa_public_key", pem(odd.publicKey), "P-256"],
    ["ecdsa_public_key", pem(edwards.publicKey), "P-256"],
  ])("with %s that is %j", (option, text, words) => {
    const making = () => tokenVerifier({ [option]: text })
    expect(making).toThrow(TokenOptionsError)
    expect(making).toThrow(option)
    expect(making).toThrow(words)
  })

  test("that is private, without showing it", () => {
    const key = rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString()
    expect(() => tokenVerifier({ rsa_public_key: key })).toThrow(
      "rsa_public_key: this is a private key: keep it, and write its public key here",
    )
  })
})
