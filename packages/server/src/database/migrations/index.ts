import type { Migration } from "kysely"
import { initial } from "./0001-initial.js"
import { outbox } from "./0002-outbox.js"
import { audit } from "./0003-audit.js"
import { revocation } from "./0004-revocation.js"

/** The migrations by name; they are applied in the order of their numbers. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-initial": initial,
  "0002-outbox": outbox,
  "0003-audit": audit,
  "0004-revocation": revocation,
}
