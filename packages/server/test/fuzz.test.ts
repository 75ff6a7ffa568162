import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { databases } from "../../../test/databases.js"
import { report } from "../../../test/endurance/report.js"
import { seeds, size, TIMEOUT } from "../../../test/endurance/size.js"
import type { Browser } from "./browser.js"
import { type Operation, operationsOf } from "./fuzz/document.js"
import { faultOf } from "./fuzz/faults.js"
import { requestsTo, type Visitor, type Visitors } from "./fuzz/requests.js"
import { send } from "./fuzz/send.js"
import { RunningServer } from "./running-server.js"

const [seed = 1] = seeds(1)
const { perOperation } = size.requests
// What is put into the outbox stays there: an event that the engine refuses later is rightly in the log.
const options = { engineConfig: { prometheus: { enabled: true } }, outbox: "off" } as const
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]

const { operations } = await described()

/** Read once beforehand, so that each operation is a test. */
async function described() {
  await using server = await RunningServer.start(options)
  const all = await operationsOf(server.url)
  // Who has signed out can ask for nothing more.
  const isLast = ({ path }: Operation) => path.includes("logout")
  return { operations: all.toSorted((a, b) => Number(isLast(a)) - Number(isLast(b))) }
}

describe.each(databases)(`sent anything (seed ${seed}), the server on $name`, (kind) => {
  let server: RunningServer
  let visitors: Visitors
  let witness: Browser
  const counts = new Map<number, number>()

  beforeAll(async () => {
    server = await RunningServer.start(options, kind)
    const { channels, users } = server.instant
    await channels.add("$team", { level: "groups", groups: ["team"] })
    await users.add("member", { groups: ["team"] })
    const root = visitorOf(await server.signedIn("root", { superuser: true }))
    visitors = { root, user: visitorOf(await server.signedIn("user")) }
    witness = await server.signedIn("witness")
  })
  afterAll(async () => {
    const answers = [...counts].sort().map(([status, count]) => `${count} with ${status}`)
    report("requests", `seed ${seed}, ${kind.name}: answered ${answers.join(", ")}`)
    await server[Symbol.asyncDispose]()
  })

  test.each(operations)(
    "answers $method $path as its document says, and logs no error",
    { timeout: TIMEOUT },
    async (operation) => {
      const property = fc.asyncProperty(requestsTo(operation, visitors), async (request) => {
        const [before, answer] = [server.log.length, await send(server.port, request)]
        counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1)
        const errors = server.log.slice(before).filter((line) => JSON.parse(line).level >= 50)
        expect(errors).toEqual([])
        expect(faultOf(operation, request, answer), answer.body).toBeUndefined()
      })
      await fc.assert(property, { seed, numRuns: perOperation })
      expect((await witness.fetch("/instant/get_token/")).status).toBe(200)
    },
  )

  test.each([...new Set(operations.map(({ path }) => path))])(
    "answers 405 to other methods of %s, and tells which there are",
    async (path) => {
      const own = operations.filter((operation) => operation.path === path)
      const allowed = own.map(({ method }) => method)
      for (const method of METHODS.filter((each) => !allowed.includes(each))) {
        const at = path.replace(/\{\w+\}/, "public")
        const { status, allow } = await send(server.port, {
          method,
          path: at,
          headers: {},
          body: "none",
        })
        expect({ method, status }).toEqual({ method, status: 405 })
        expect(allow?.split(", ")).toEqual(allowed)
      }
    },
  )
})

function visitorOf({ cookies }: Browser): Visitor {
  return {
    sessionid: cookies.get("sessionid") ?? "",
    csrftoken: cookies.get("csrftoken") ?? "",
  }
}
