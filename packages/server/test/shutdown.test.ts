import { pino } from "pino"
import { describe, expect, test } from "vitest"
import { z } from "zod"
import { databases } from "../../../test/databases.js"
import { withDeadline } from "../../../test/with-deadline.js"
import { channel, createInstant } from "../src/index.js"
import { refusalOf } from "./browser.js"
import { EventQueue } from "./event-queue.js"
import { Held } from "./held.js"
import { listen } from "./realtime.js"
import { PASSWORD, RunningServer, SECRETS } from "./running-server.js"

const log = pino({ level: "silent" })
const user = { id: "u", name: "u", staff: false, superuser: false, groups: [] }

describe.each(databases)("a server on $name that goes down", (kind) => {
  test("finishes the requests and publications that are under way", async () => {
    const [request, publication] = [new Held(), new Held()]
    const authenticate = async () => {
      await request.wait()
      return user
    }
    const data = z.string().refine(async () => {
      await publication.wait()
      return true
    })
    const orders = channel("orders", { events: { paid: data } })
    await using server = await RunningServer.start({ authenticate, channels: [orders] }, kind)
    const asked = server.browser().fetch("/instant/get_token/")
    const published = server.instant.publish(orders, "x", { eventClass: "paid", data: "1" })
    await withDeadline("both", Promise.all([request.arrived, publication.arrived]))
    const ends: string[] = []
    const closed = server.instant.close().then(() => ends.push("closed"))
    const late = await server.browser().fetch("/instant/get_token/")
    request.release()
    expect((await asked).status).toBe(200)
    expect(ends).toEqual([])
    publication.release()
    expect((await published).position).toMatchObject({ offset: 1 })
    await withDeadline("the end", closed)
    expect(Number(late.headers.get("Retry-After"))).toBeGreaterThan(0)
    expect(await refusalOf(late)).toBe("503 closing")
  })

  test("keeps in the outbox what isn't delivered", async () => {
    const database = await kind.make()
    const options = { database: database.url, secrets: SECRETS, log }
    const first = await createInstant({ ...options, outbox: "off" })
    await first.publish("public", "kept", { durable: true })
    await first.close()
    const second = await createInstant({ ...options, outbox: "off" })
    expect(await second.outbox.stats()).toMatchObject({ waiting: 1 })
    await second.close()
    await database[Symbol.asyncDispose]()
  })
})

describe("a server that goes down", () => {
  test("answers new requests with 503 wherever they go, and lives until it has ended", async () => {
    const held = new Held()
    const authenticate = async () => {
      await held.wait()
      return null
    }
    await using server = await RunningServer.start({ authenticate })
    const asked = server.browser().fetch("/instant/get_token/")
    await withDeadline("the request", held.arrived)
    const closed = server.instant.close()
    const get = (path: string, method = "GET") => server.browser().fetch(path, { method })
    for (const path of ["/instant/ready", "/instant/admin/api/stats", "/nothing"]) {
      expect(await refusalOf(await get(path))).toBe("503 closing")
    }
    expect(await refusalOf(await get("/api/publish", "POST"))).toBe("503 closing")
    expect((await get("/instant/health")).status).toBe(200)
    held.release()
    expect(await refusalOf(await asked)).toBe("403 not_signed_in")
    await withDeadline("the end", closed)
  })

  test("tells clients to come back, after what was published", async () => {
    await using server = await RunningServer.start()
    const { client, received } = await listen(
      server,
      await (await server.signedIn("user")).tokens(),
    )
    const gone = new EventQueue<{ readonly code: number }>()
    client.on("connecting", gone.push)
    const published = server.instant.publish("users", "last")
    const closed = server.instant.close()
    await published
    expect((await received.next()).data.message).toBe("last")
    expect(await gone.next()).toMatchObject({ code: 3001 })
    client.disconnect()
    await withDeadline("the end", closed)
  })

  test("ends once, however often it is told to, and publishes nothing more", async () => {
    await using server = await RunningServer.start()
    await server.instant.users.add("user", { password: PASSWORD })
    const ends = [server.instant.close(), server.instant.close()]
    await withDeadline("the end", Promise.all(ends))
    await withDeadline("the end", server.instant.close())
    await expect(server.instant.publish("public", "late")).rejects.toThrow(/nothing is done after/)
  })
})
