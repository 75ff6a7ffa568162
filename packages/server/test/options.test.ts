import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { createInstant, type InstantOptions, type InstantUser, OptionsError } from "../src/index.js"
import { refusalOf } from "./browser.js"
import { listen } from "./realtime.js"
import { RunningServer, SECRETS } from "./running-server.js"

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "instant-options-"))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

/** What is wrong with options, laid over good ones. */
async function mistakesIn(options: Partial<InstantOptions>): Promise<string> {
  const database = join(folder, "instant.sqlite")
  try {
    await (await createInstant({ database, secrets: SECRETS, ...options })).close()
  } catch (error) {
    if (error instanceof OptionsError) return error.message
    throw error
  }
  throw new Error("the options were taken")
}

describe("options that can't be used", () => {
  test("are all named at once", async () => {
    const mistakes = await mistakesIn({
      database: "mysql://user:s3cret-word@host/name",
      tokenLifetime: 0,
      allowedOrigins: ["https://good.example", "evil.example/"],
      websocketUrl: "http://host",
    })
    expect(mistakes).toMatch(/database must be the path of a SQLite file, or a URL as "postgres:/)
    expect(mistakes).not.toContain("s3cret-word")
    expect(mistakes).toMatch(/tokenLifetime .*allowedOrigins\[1\] must be an origin.*websocketUrl/)
  })

  const secrets = [
    ["no secret", "", /secrets\.tokenKey is missing: make one with: node -p/],
    ["a short secret", "short", /secrets\.tokenKey is shorter than 32 characters: make one/],
    ["an example", "change-me-change-me-change-me-change-me", /taken from an example: make one/],
  ] as const
  test.each(secrets)("production refuses %s", async (_, tokenKey, message) => {
    vi.stubEnv("NODE_ENV", "production")
    expect(await mistakesIn({ secrets: { ...SECRETS, tokenKey } })).toMatch(message)
  })

  test("the engine's mistakes are the engine's to tell", async () => {
    const engineConfig = JSON.parse('{"client":{"tokn":{}}}')
    await expect(mistakesIn({ engineConfig })).rejects.toThrow(/client\.tokn/)
  })
})

describe("a site's own sessions", () => {
  const customer: InstantUser = {
    id: "17",
    name: "a customer",
    staff: true,
    superuser: false,
    groups: ["buyers"],
  }
  const authenticate = (request: Request): InstantUser | null =>
    request.headers.get("Authorization") === "Bearer good" ? customer : null

  test("say who may see what", async () => {
    await using server = await RunningServer.start({ authenticate })
    await server.instant.channels.add("buyers", { level: "groups", groups: ["buyers"] })
    const headers = { Authorization: "Bearer good" }
    const response = await server.browser().fetch("/instant/get_token/", { headers })
    const tokens = await response.json()
    const names = tokens.channels.map(({ name }: { name: string }) => name)
    expect(names).toEqual(["$buyers", "$staff", "$users", "public"])
    const { received } = await listen(server, tokens)
    await server.instant.publishTo(customer, "for you")
    expect((await received.next()).data.message).toBe("for you")
    const stranger = await server.browser().fetch("/instant/get_token/")
    expect(await refusalOf(stranger)).toBe("403 not_signed_in")
  })

  test("leave signing in and out to the site", async () => {
    await using server = await RunningServer.start({ authenticate })
    for (const path of ["/instant/login/", "/instant/logout/"]) {
      expect(await refusalOf(await server.browser().fetch(path))).toBe("404 not_found")
    }
  })

  const faults = [
    [
      "throws",
      () => {
        throw new Error("no session store")
      },
      /no session store.*"path":"\/instant\/get_token".*a request failed/,
    ],
    [
      "rejects",
      () => Promise.reject(new Error("no session store")),
      /no session store.*"path":"\/instant\/get_token".*a request failed/,
    ],
    [
      "throws what is no error",
      () => {
        throw new Response("Sign in", { status: 401 })
      },
      /authenticate\(\) threw no error: Response.*status: 401.*a request failed/,
    ],
    [
      "answers an id that can't be kept",
      () => ({ id: "a\0b", name: "b", staff: false, superuser: false, groups: [] }),
      /authenticate\(\) answered no user and not null: .*no control character.* at id/,
    ],
    [
      "answers nothing",
      () => JSON.parse("{}").user,
      /authenticate\(\) answered no user and not null/,
    ],
    [
      "answers nonsense",
      () => JSON.parse('{"id":17}'),
      /authenticate\(\) answered no user and not null.*expected string, received number/,
    ],
  ] as const
  test.each(faults)(
    "are logged and answered with 500 when the hook %s",
    async (_, hook, message) => {
      await using server = await RunningServer.start({ authenticate: hook })
      const response = await server.browser().fetch("/instant/get_token/")
      expect(await refusalOf(response)).toBe("500 internal")
      expect(server.log.join("")).toMatch(message)
    },
  )

  test("fail into the engine's log when the site names none", async () => {
    const file = join(folder, "instant.log")
    const instant = await createInstant({
      database: join(folder, "instant.sqlite"),
      secrets: SECRETS,
      engineConfig: { log: { file } },
      authenticate() {
        throw new Error("no sessions today")
      },
    })
    const request = new Request("http://site/instant/get_token/", { method: "POST" })
    expect((await instant.fetch(request)).status).toBe(500)
    await instant.close()
    expect(await readFile(file, "utf8")).toContain("no sessions today")
  })

  test("are not waited for longer than the time limit, and the log says so", async () => {
    let isLate = true
    await using server = await RunningServer.start({
      authenticate: () => (isLate ? new Promise(() => {}) : customer),
      authenticateTimeout: 50,
    })
    for (const path of ["/instant/get_token/", "/instant/subscribe/"]) {
      const response = await server.browser().fetch(path)
      expect(await refusalOf(response)).toBe("503 authentication_timeout")
    }
    expect(server.log.join("")).toMatch(
      /"authenticateTimeout":50.*authenticate\(\) did not answer in time/,
    )
    isLate = false
    expect((await server.browser().fetch("/instant/get_token/")).status).toBe(200)
  })
})
