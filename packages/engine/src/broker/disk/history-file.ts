import { mkdirSync, renameSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import type { KeyedResult } from "../idempotency.js"
import type { InvalidationRecord, Records, SavedStream, Sweep } from "./records.js"
import { invalidationRow, keyRow, publicationRow, streamRow } from "./rows.js"
import { isSqliteDamage, openSqlite, type SqliteFile } from "./sqlite.js"

/** How long to wait for another process that is about to leave the file, in milliseconds. */
const BUSY_TIMEOUT = 5_000
const SCHEMA_VERSION = 1
/**
 * How much longer a position is kept here than it has to, in milliseconds: that it is in use is only said
 * now and then.
 */
const SLACK = 1_800_000

const SCHEMA = `
  create table stream (
    channel text primary key, epoch text not null, offset integer not null, version integer not null,
    version_epoch text not null, expires_at integer, forgotten_at integer
  ) without rowid;
  create table publication (
    channel text not null, offset integer not null, data not null, info text, tags text,
    primary key (channel, offset)
  ) without rowid;
  create table idempotency_key (
    channel text not null, key text not null, offset integer, epoch text, until integer not null,
    primary key (channel, key)
  ) without rowid;
  create table invalidation (
    user text primary key, issued_before real not null, expire_at real
  ) without rowid;
  pragma user_version = ${SCHEMA_VERSION};
`

/** The SQLite file of a broker; all calls block, so it lives in a thread of its own. */
export class HistoryFile {
  readonly #file: SqliteFile
  readonly #statements: Statements

  /** @param file A sound file with the tables; {@link HistoryFile.open} has one. */
  constructor(file: SqliteFile) {
    this.#file = file
    this.#statements = statements(file)
  }

  /**
   * Opens a file, made when it is absent. One that is damaged is put aside, and a new one begun.
   * @throws Error when it is out of reach, or another process has it.
   */
  static open(path: string): { readonly file: HistoryFile; readonly damaged: string | undefined } {
    mkdirSync(dirname(path), { recursive: true })
    try {
      return { file: new HistoryFile(openSound(path)), damaged: undefined }
    } catch (error) {
      if (!isDamage(error)) throw error
      const damaged = putAside(path)
      return { file: new HistoryFile(openSound(path)), damaged }
    }
  }

  /** The keys that are still remembered, in order of time. */
  keys(now: number): readonly KeyedResult[] {
    return this.#statements.keys.all(now).map((row) => keyRow.parse(row))
  }

  /** What is held against the tokens of users. */
  invalidations(): readonly InvalidationRecord[] {
    return this.#statements.invalidations.all().map((row) => invalidationRow.parse(row))
  }

  /** Holds it against a user's tokens, in place of what was. */
  invalidate({ user, issuedBefore, expireAt }: InvalidationRecord): void {
    this.#statements.invalidate.run(user, issuedBefore, expireAt ?? null)
  }

  /** The streams of those channels that have one. */
  load(channels: readonly string[], now: number): readonly SavedStream[] {
    const { stream, publications } = this.#statements
    return channels.flatMap((channel) => {
      const row = stream.get(channel)
      if (row === undefined) return []
      const state = streamRow.parse(row)
      if (state.forgottenAt <= now) return []
      const kept = state.expiresAt > now ? publications.all(channel) : []
      return [{ ...state, channel, publications: kept.map((each) => publicationRow.parse(each)) }]
    })
  }

  /** Writes all of it, or nothing. */
  commit({ streams, publications, keys }: Records): void {
    const { drop, save, append, trim, remember } = this.#statements
    this.#together(() => {
      for (const { channel, isNew } of streams) if (isNew) drop.run(channel)
      for (const { channel, offset, data, info, tags } of publications) {
        // The driver knows bytes as a Buffer only, and ends the process for others.
        append.run(
          channel,
          offset,
          data instanceof Uint8Array ? Buffer.from(data) : data,
          info,
          tags,
        )
      }
      for (const stream of streams) {
        const { channel, epoch, offset, version, versionEpoch, expiresAt, forgottenAt } = stream
        const times = [cellOf(expiresAt), cellOf(forgottenAt + SLACK)]
        save.run(channel, epoch, offset, version, versionEpoch, ...times)
        if (stream.gone > 0) trim.run(channel, stream.gone)
      }
      for (const { channel, key, result, until } of keys) {
        const { offset = null, epoch = null } = result.position ?? {}
        remember.run(channel, key, offset, epoch, until)
      }
    })
  }

  /** Removes what nobody will ask for any more. */
  sweep({ now, streams }: Sweep): void {
    const { touch, dropExpired, forget, forgetKeys, forgetInvalidations } = this.#statements
    this.#together(() => {
      for (const { channel, forgottenAt } of streams)
        touch.run(cellOf(forgottenAt + SLACK), channel)
      dropExpired.run(now, now)
      forget.run(now)
      forgetKeys.run(now)
      forgetInvalidations.run(now / 1000)
    })
  }

  /** Leaves one file behind, without a log beside it. */
  close(): void {
    this.#file.exec("pragma wal_checkpoint(truncate)")
    this.#file.close()
  }

  #together(write: () => void): void {
    const { begin, commit, rollback } = this.#statements
    begin.run()
    try {
      write()
      commit.run()
    } catch (error) {
      rollback.run()
      throw error
    }
  }
}

type Statements = ReturnType<typeof statements>
function statements(file: SqliteFile) {
  return {
    begin: file.prepare("begin immediate"),
    commit: file.prepare("commit"),
    rollback: file.prepare("rollback"),
    stream: file.prepare(
      "select epoch, offset, version, version_epoch, expires_at, forgotten_at from stream where channel = ?",
    ),
    publications: file.prepare(
      `select channel, offset, data, info, tags from publication
        where channel = ? order by offset`,
    ),
    keys: file.prepare(
      "select channel, key, offset, epoch, until from idempotency_key where until > ? order by until",
    ),
    drop: file.prepare("delete from publication where channel = ?"),
    append: file.prepare("insert into publication values (?, ?, ?, ?, ?)"),
    save: file.prepare("insert or replace into stream values (?, ?, ?, ?, ?, ?, ?)"),
    trim: file.prepare("delete from publication where channel = ? and offset <= ?"),
    remember: file.prepare("insert or replace into idempotency_key values (?, ?, ?, ?, ?)"),
    touch: file.prepare("update stream set forgotten_at = ? where channel = ?"),
    dropExpired: file.prepare(
      `delete from publication where channel in
        (select channel from stream where expires_at <= ? or forgotten_at <= ?)`,
    ),
    forget: file.prepare("delete from stream where forgotten_at <= ?"),
    invalidations: file.prepare("select user, issued_before, expire_at from invalidation"),
    invalidate: file.prepare("insert or replace into invalidation values (?, ?, ?)"),
    forgetInvalidations: file.prepare("delete from invalidation where expire_at <= ?"),
    forgetKeys: file.prepare("delete from idempotency_key where until <= ?"),
  }
}

function openSound(path: string): SqliteFile {
  const file = openSqlite(path)
  try {
    file.exec(`pragma busy_timeout = ${BUSY_TIMEOUT}`)
    // Two engines on one file would count the same offsets: the second is refused.
    file.exec("pragma locking_mode = exclusive")
    file.exec("pragma journal_mode = wal")
    // What was acknowledged outlives the machine, not only the process.
    file.exec("pragma synchronous = full")
    file.exec("begin immediate; commit")
    const finding = file.value("pragma quick_check(1)")
    if (finding !== "ok") throw new DamageError(String(finding))
    const version = file.value("pragma user_version")
    if (version === 0) file.exec(`begin; ${SCHEMA} commit`)
    else if (version !== SCHEMA_VERSION) {
      throw new Error(`${path} is of a newer version of Instant: update, or name another file`)
    }
    return file
  } catch (error) {
    file.close()
    throw error
  }
}

class DamageError extends Error {}

function isDamage(error: unknown): boolean {
  return error instanceof DamageError || isSqliteDamage(error)
}

/** Renames a file, out of the way of a new one. @returns its new name */
function putAside(path: string): string {
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(":", "")}`
  renameSync(path, aside)
  for (const end of ["-wal", "-shm"]) rmSync(`${path}${end}`, { force: true })
  return aside
}

/** A time that never comes is no number in a file. */
function cellOf(time: number): number | null {
  return Number.isFinite(time) ? time : null
}
