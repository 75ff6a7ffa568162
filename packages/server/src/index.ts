export type { GroupSize, GroupStore } from "./accounts/group-store.js"
export type { SignIn, SignInListener } from "./accounts/sign-in-events.js"
export type { Account, InstantUser } from "./accounts/user.js"
export type { AccountFields, UserStore } from "./accounts/user-store.js"
export type { Channel, ChannelFields, ChannelStore } from "./channels/channel-store.js"
export {
  type ChannelDeclaration,
  channel,
  type DeclaredEvent,
  type EventDeclaration,
  type EventSchemas,
} from "./channels/declaration.js"
export { type ChannelLevel, channelLevels } from "./channels/level.js"
export { createInstant } from "./create-instant.js"
export { BackupError, backUp } from "./database/backup.js"
export { type Database, type Dialect, dialectOf } from "./database/database.js"
export { DatabaseError, type DatabaseTrouble } from "./database/database-error.js"
export {
  type DatabaseStatus,
  databaseStatus,
  type Migrated,
  type MigrationStatus,
  migrateDatabase,
  type TableStatus,
} from "./database/status.js"
export { type Demo, type DemoOptions, installDemo } from "./demo/demo.js"
export { DemoError } from "./demo/demo-error.js"
export { type Person, removePeople } from "./demo/people.js"
export { EngineError, type EngineTrouble } from "./engine/engine-error.js"
export type {
  History,
  HistoryRequest,
  KeptPublication,
  Member,
  Position,
} from "./engine/engine-link.js"
export type { RequestEnvironment } from "./http/endpoint.js"
export { type Refusal, refusals } from "./http/refusals.js"
export type { EmbeddedInstant, Instant } from "./instant.js"
export type {
  AuditAction,
  AuditEntry,
  AuditLog,
  AuditQuery,
  AuditRecord,
} from "./operation/audit-log.js"
export { optionMistakes } from "./option-mistakes.js"
export {
  type Authenticate,
  type EmbeddedOptions,
  type InstantOptions,
  type OptionMistake,
  OptionsError,
  type RemoteEngine,
  type RemoteOptions,
  type Secrets,
  type SiteOptions,
} from "./options.js"
export type { Outbox, OutboxQuery, OutboxStats } from "./outbox/outbox.js"
export type { OutboxEntry, OutboxState } from "./outbox/outbox-entry.js"
export type { KyselyTransaction, PgClient, SiteTransaction } from "./outbox/site-transaction.js"
export type { PresenceChange } from "./presence/presence-change.js"
export { EventError } from "./publish/event-error.js"
export type {
  Broadcast,
  BroadcastTarget,
  ChannelEvent,
  DeclaredOptions,
  Delivery,
  Durable,
  EventOptions,
  Immediate,
  Outcome,
  Published,
  PublishOptions,
} from "./publish/event-options.js"
export { openStore, type Store } from "./store.js"
export { StoreError } from "./store-error.js"
export { type ChannelGrant, type Subject, TokenSigner } from "./tokens.js"
