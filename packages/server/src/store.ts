import { sql } from "kysely"
import { GroupStore } from "./accounts/group-store.js"
import { SessionStore } from "./accounts/session-store.js"
import { UserStore } from "./accounts/user-store.js"
import { ChannelStore } from "./channels/channel-store.js"
import { connect } from "./database/connect.js"
import type { Database } from "./database/database.js"
import { AuditLog } from "./operation/audit-log.js"
import { Outbox } from "./outbox/outbox.js"
import { OutboxWriter } from "./outbox/outbox-writer.js"
import { RevocationLog } from "./revocation/revocation-log.js"

/** What an installation keeps in its database. */
export interface Store {
  readonly channels: ChannelStore
  readonly users: UserStore
  readonly groups: GroupStore
  readonly sessions: SessionStore
  readonly revocations: RevocationLog
  /** What is accepted and not delivered. */
  readonly outbox: Outbox
  /** Who did what in the admin. */
  readonly audit: AuditLog
  /** Resolves when the database answers. */
  answers(): Promise<void>
  /** Accepts what is to be delivered. */
  readonly outboxWriter: OutboxWriter
  /** Closes the database. */
  close(): Promise<void>
}

/**
 * Opens the database of an installation without starting its engine: enough to list and change
 * channels, users and groups. A running server on the same database sees the changes.
 * @param database path of a SQLite file, which is made when it is absent, or a PostgreSQL URL
 * @throws DatabaseError when it is damaged, read-only, locked or out of reach, or refuses its user.
 */
export async function openStore(database: string): Promise<Store> {
  return storeOf(await connect(database))
}

/** What is kept in a database that is open. */
export function storeOf(db: Database): Store {
  const revocations = new RevocationLog(db)
  const users = new UserStore(db, revocations)
  return {
    channels: new ChannelStore(db, revocations),
    users,
    groups: new GroupStore(db, revocations),
    sessions: new SessionStore(db, users),
    revocations,
    outbox: new Outbox(db),
    audit: new AuditLog(db),
    async answers() {
      await sql`select 1`.execute(db)
    },
    outboxWriter: new OutboxWriter(db),
    close: () => db.destroy(),
  }
}
