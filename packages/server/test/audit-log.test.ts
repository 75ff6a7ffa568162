import { describe, expect, test } from "vitest"
import { databases } from "../../../test/databases.js"
import { connect } from "../src/database/connect.js"
import { AuditLog } from "../src/operation/audit-log.js"

const DAY = 24 * 3600 * 1000

describe.each(databases)("the audit log on $name", (kind) => {
  test("keeps 90 days", async () => {
    await using database = await kind.make()
    const db = await connect(database.url)
    const log = new AuditLog(db)
    const done = { actor: "root", action: "group.add", details: {} } as const
    for (const target of ["old", "not so old", "new"]) await log.record({ ...done, target })
    const age = (target: string, days: number) =>
      db
        .updateTable("instant_audit")
        .set({ at: Date.now() - days * DAY })
        .where("target", "=", target)
        .execute()
    await age("old", 91)
    await age("not so old", 89)
    await log.record({ ...done, target: "newest" })
    const targets = (await log.list()).map(({ target }) => target)
    expect(targets).toEqual(["newest", "new", "not so old"])
    await db.destroy()
  })

  test("keeps 10,000 entries", async () => {
    await using database = await kind.make()
    const db = await connect(database.url)
    const log = new AuditLog(db)
    const entry = { at: Date.now(), actor: "root", action: "publish", target: "x", details: "{}" }
    for (let n = 0; n < 10; n++) {
      const some = Array.from({ length: 1_000 }, () => entry)
      await db.insertInto("instant_audit").values(some).execute()
    }
    await log.record({ actor: "root", action: "group.add", target: "last", details: {} })
    const { count } = await db
      .selectFrom("instant_audit")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow()
    expect(count).toBe(10_000)
    expect(await log.list({ limit: 1 })).toMatchObject([{ target: "last" }])
    await db.destroy()
  })
})
