import { backUp, databaseStatus, dialectNamedBy, migrateDatabase } from "@instant-ws/server/offline"
import { findHome, openHome } from "../home/home.js"
import { table } from "../table.js"

/** Brings the tables of this home's database up to date, and says what there was to do. */
export async function migrate(): Promise<void> {
  const { database, applied } = await migrateDatabase((await openHome()).database)
  for (const name of applied) console.log(`Applied ${name}`)
  console.log(`The database ${database} is up to date`)
}

/** Prints how it stands with this home's database. */
export async function showStatus(): Promise<void> {
  const { database, dialect, size, migrations, tables } = await databaseStatus(findHome().database)
  const kind = { sqlite: "SQLite", postgres: "PostgreSQL" }[dialect]
  const parts = [
    [
      ["Database", database],
      ["Kind", kind],
      ["Size", `${Math.ceil(size / 1024)} KiB`],
    ],
    [
      ["MIGRATION", "APPLIED"],
      ...migrations.map(({ name, appliedAt }) => [name, appliedAt?.toISOString() ?? "no"]),
    ],
    [["TABLE", "ROWS"], ...tables.map(({ name, rows }) => [name, String(rows)])],
  ]
  console.log(parts.map(table).join("\n\n"))
  if (migrations.some(({ appliedAt }) => appliedAt === undefined)) {
    console.log("\nNot up to date: start does it, or instant db migrate")
  }
}

/** Copies this home's database to a new file, and says how to take it back. */
export async function makeBackup(file: string): Promise<void> {
  const { database } = findHome()
  await backUp(database, file)
  const cure =
    dialectNamedBy(database) === "postgres"
      ? `pg_restore --clean --if-exists --dbname=NAME ${file}`
      : `stop the server, and put the file in the place of ${database}`
  console.log(`Backed up to ${file}\nTo take it back: ${cure}`)
}
