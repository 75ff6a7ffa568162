import { DatabaseError, type Finding } from "./database-error.js"

/** What SQLSTATE and system codes mean for the one who starts a server; the beginning of a code counts. */
const troubles: ReadonlyArray<readonly [code: string, finding: (reason: string) => Finding]> = [
  ["28", refused],
  [
    "3D000",
    () => ({
      kind: "missing",
      words: "does not exist: create it with createdb, or check its name",
    }),
  ],
  [
    "53300",
    () => ({
      kind: "busy",
      words: "has no connection left: raise its max_connections, or stop what holds them",
    }),
  ],
  ["53", () => ({ kind: "full", words: "can't go on: free some space on its disk" })],
  [
    "25006",
    () => ({ kind: "read-only", words: "can only be read: name the primary and no replica" }),
  ],
  [
    "42501",
    () => ({
      kind: "read-only",
      words: "doesn't let its user do this: grant the rights to change it",
    }),
  ],
  ...["08", "57P", "58", "E"].map((prefix) => [prefix, unreachable] as const),
]

/** What the driver says, without a code, when a connection is lost or never came to be. */
const lost = /^(Connection terminated|timeout e|Client .* not queryable|read E|Query read timeout)/

function refused(reason: string): Finding {
  return { kind: "refused", words: `refuses its user (${reason}): check the name and the password` }
}

function unreachable(reason: string): Finding {
  return {
    kind: "unreachable",
    words: `can't be reached (${reason}): start it, or check the host and port`,
  }
}

/** What a statement failed of, when it is the database's fault and not the statement's. */
export function postgresError(name: string, cause: unknown): DatabaseError | undefined {
  if (cause instanceof DatabaseError) return cause
  if (!(cause instanceof Error)) return undefined
  const code = "code" in cause ? String(cause.code) : ""
  const known = troubles.find(([prefix]) => code.startsWith(prefix))
  const finding = known?.[1] ?? findingOf(cause.message)
  // Where several addresses were tried, there is a code and no message.
  return finding && new DatabaseError(name, finding(cause.message || code), { cause })
}

function findingOf(message: string): ((reason: string) => Finding) | undefined {
  if (lost.test(message)) return unreachable
  return message.startsWith("SASL") ? refused : undefined
}
