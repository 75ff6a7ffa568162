// What an installation can do without its engine; it loads in half the time of the whole.
export {
  type Envelope,
  EnvelopeError,
  MAKE_A_SECRET,
  readEnvelope,
  writeEnvelope,
} from "@instant-ws/protocol"
export { backUp } from "./database/backup.js"
export { dialectNamedBy } from "./database/database.js"
export { type DatabaseStatus, databaseStatus, migrateDatabase } from "./database/status.js"
export type { OutboxEntry, OutboxState } from "./outbox/outbox-entry.js"
export { openStore, type Store } from "./store.js"
export { type Subject, TokenSigner } from "./tokens.js"
