import type { Command } from "commander"
import { ENVIRONMENT } from "./arguments.js"

/** Adds `db …`. */
export function addDatabase(instant: Command): void {
  const db = instant.command("db").description("look after the database")
  const commands = () => import("../commands/db.js")
  db.addHelpText("after", ENVIRONMENT)
    .command("migrate")
    .description("bring its tables up to date, as start does")
    .action(async () => (await commands()).migrate())
  db.command("status")
    .description("print which one it is, its migrations, its size and its tables")
    .action(async () => (await commands()).showStatus())
  db.command("backup <file>")
    .description("copy it to a new file, while servers go on; of PostgreSQL by pg_dump")
    .action(async (file) => (await commands()).makeBackup(file))
}
