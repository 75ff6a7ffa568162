import { type MigrationInfo, Migrator } from "kysely"
import type { Database } from "./database.js"
import { migrations } from "./migrations/index.js"

/**
 * Brings the tables up to date, in one transaction. Of several processes that begin at once, one does
 * it and the others wait.
 * @returns the names of the migrations that there was need of.
 */
export async function migrate(db: Database): Promise<readonly string[]> {
  const { error, results = [] } = await migratorOf(db).migrateToLatest()
  if (error !== undefined) throw error
  return results.map(({ migrationName }) => migrationName)
}

/** Every migration, and when it was applied. */
export async function migrationsOf(db: Database): Promise<readonly MigrationInfo[]> {
  return migratorOf(db).getMigrations()
}

function migratorOf(db: Database): Migrator {
  return new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: "instant_migration",
    migrationLockTableName: "instant_migration_lock",
  })
}
