import { randomBytes } from "node:crypto"
import { link, rm, writeFile } from "node:fs/promises"
import type { Secrets } from "@instant-ws/server"
import { MAKE_A_SECRET } from "@instant-ws/server/offline"
import { CliError } from "../cli-error.js"
import type { Home } from "./home.js"
import { readJsonFile, textAt } from "./json-file.js"

/** What is said in production, where nobody would know of secrets that a start makes. */
export const SECRETS_MISSING =
  "In production the secrets must be given: set INSTANT_TOKEN_KEY and INSTANT_API_KEY, " +
  `each to what this prints: ${MAKE_A_SECRET}`

/**
 * The secrets of an installation: from its settings, else from its home; undefined when neither has them.
 * @throws CliError when the file is damaged.
 */
export async function readSecrets(home: Home): Promise<Secrets | undefined> {
  const given = {
    tokenKey: home.settings.text("secrets.tokenKey"),
    apiKey: home.settings.text("secrets.apiKey"),
  }
  const isGiven = given.tokenKey !== undefined && given.apiKey !== undefined
  const kept = isGiven ? undefined : await readKept(home)
  const tokenKey = given.tokenKey ?? kept?.tokenKey
  const apiKey = given.apiKey ?? kept?.apiKey
  return tokenKey === undefined || apiKey === undefined ? undefined : { tokenKey, apiKey }
}

/**
 * The secrets of an installation, made at its first start and kept for this user alone.
 * @throws CliError when the file is damaged, or when they are missing in production.
 */
export async function readOrMakeSecrets(home: Home): Promise<Secrets> {
  const secrets = await readSecrets(home)
  if (secrets !== undefined) return secrets
  if (process.env.NODE_ENV === "production") throw new CliError(SECRETS_MISSING)
  const made = { tokenKey: makeSecret(), apiKey: makeSecret() }
  await keep(home, made)
  return (await readSecrets(home)) ?? made
}

function makeSecret(): string {
  return randomBytes(32).toString("base64url")
}

async function readKept(home: Home): Promise<Secrets | undefined> {
  const value = await readJsonFile(home.secrets).catch((cause: unknown) => {
    throw damaged(home, cause)
  })
  if (value === undefined) return undefined
  const tokenKey = textAt(value, "tokenKey")
  const apiKey = textAt(value, "apiKey")
  if (!tokenKey || !apiKey) throw damaged(home, new Error("a key is missing"))
  return { tokenKey, apiKey }
}

function damaged(home: Home, cause: unknown): CliError {
  return new CliError(
    `The secrets in ${home.secrets} can't be read: put a backup in their place, ` +
      "or delete the file to have new ones made, with which everybody connects anew",
    { cause },
  )
}

/** Writes the file whole or not at all, and never over one that is there. */
async function keep(home: Home, secrets: Secrets): Promise<void> {
  const draft = `${home.secrets}.${process.pid}`
  try {
    await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
    await link(draft, home.secrets)
  } catch (cause) {
    // Another process was first: its secrets are as good.
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return
    throw new CliError(`Can't write ${home.secrets}: make ${home.folder} writable for this user`, {
      cause,
    })
  } finally {
    await rm(draft, { force: true })
  }
}
