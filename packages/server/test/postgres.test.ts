import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest"
import { GUARDED, PostgresCluster } from "../../../test/postgres-cluster.js"
import { DatabaseError, type DatabaseTrouble, openStore } from "../src/index.js"

/** Why a database can't be opened; whatever it is, it tells no password. */
async function troubleWith(database: string): Promise<readonly [DatabaseTrouble, string]> {
  try {
    await (await openStore(database)).close()
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain(GUARDED.password)
    return [error.kind, error.message]
  }
  throw new Error("it could be opened")
}

describe("a database that can't be named", () => {
  test("is of another kind", async () => {
    const [kind, message] = await troubleWith(`mysql://root:${GUARDED.password}@host/name`)
    expect(kind).toBe("invalid")
    expect(message).toMatch(/^The database mysql:\/\/… is of no kind that is known: give the path/)
  })

  const { password } = GUARDED
  test.each([`postgres://u:${password}@host:port/name`, `postgres://u:${password}/@host/name`])(
    "has a URL that is none (%#)",
    async (url) => {
      const [kind, message] = await troubleWith(url)
      expect(kind).toBe("invalid")
      expect(message).toMatch(/named by no URL that can be read: write it as postgres:/)
    },
  )
})

const server = inject("postgres")

describe.each(server === null ? [] : [server])("a PostgreSQL", ({ programs }) => {
  let cluster: PostgresCluster

  beforeAll(async () => {
    cluster = await PostgresCluster.make(programs)
  })
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]()
  })

  test("that knows no such password, or user, says so", async () => {
    const wrong = { ...GUARDED, password: "wrong" }
    const [kind, message] = await troubleWith(cluster.url("postgres", wrong))
    expect(kind).toBe("refused")
    expect(message).toMatch(
      /^The database postgres:\/\/guarded@\/postgres\?host=.* refuses its user/,
    )
    expect((await troubleWith(cluster.url("postgres", { user: GUARDED.user })))[0]).toBe("refused")
    expect((await troubleWith(cluster.url("postgres", { user: "nobody" })))[0]).toBe("refused")
  })

  test("that has no such database says so, and tells no password", async () => {
    const [kind, message] = await troubleWith(cluster.url("nowhere", GUARDED))
    expect(kind).toBe("missing")
    expect(message).toMatch(/does not exist: create it with createdb/)
  })

  test("that isn't there can't be reached", async () => {
    const [kind, message] = await troubleWith(`postgres://u:${GUARDED.password}@127.0.0.1:1/name`)
    expect(kind).toBe("unreachable")
    expect(message).toMatch(
      /^The database postgres:\/\/u@127\.0\.0\.1:1\/name can't be reached \(.*\): start it, or/,
    )
  })

  test("whose user may not change it says so", async () => {
    await cluster.query("create role reader login")
    const [kind, message] = await troubleWith(cluster.url("postgres", { user: "reader" }))
    expect(kind).toBe("read-only")
    expect(message).toMatch(/doesn't let its user do this/)
  })

  test("may go away and come back, also in the midst of a transaction", async () => {
    await cluster.query("create database comes_back")
    const store = await openStore(cluster.url("comes_back"))
    await store.channels.add("kept")
    await cluster.stop()
    for (const statement of [store.channels.list(), store.channels.add("lost")]) {
      await expect(statement).rejects.toMatchObject({ name: "DatabaseError", kind: "unreachable" })
    }
    await cluster.start()
    expect(await store.channels.find("kept")).toBeDefined()
    expect(await store.channels.find("lost")).toBeUndefined()
    await store.close()
  })

  test("may end idle connections, and those at work", async () => {
    await cluster.query("create database ends")
    const store = await openStore(cluster.url("ends"))
    const end = () =>
      cluster.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'ends'")
    const adding = Array.from({ length: 20 }, (_, n) => store.channels.add(`channel-${n}`))
    const [outcomes] = await Promise.all([Promise.allSettled(adding), end()])
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason.kind).toBe("unreachable")
    }
    await end()
    // One that ended a moment ago may still be taken for a statement, which fails; then there is a new one.
    const count = await vi.waitFor(async () => (await store.channels.list()).length)
    expect(count).toBeGreaterThanOrEqual(4)
    await store.close()
  })
})
