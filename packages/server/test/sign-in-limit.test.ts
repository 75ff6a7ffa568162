import { describe, expect, test } from "vitest"
import { refusalOf } from "./browser.js"
import { PASSWORD, RunningServer } from "./running-server.js"

// Passwords are made to be slow to check, and these tests check many.
describe("attempts to sign in", { timeout: 60_000 }, () => {
  test("are limited by name, from any address, and others go on", async () => {
    await using server = await RunningServer.start()
    await server.instant.users.add("user", { password: PASSWORD })
    await server.instant.users.add("member", { password: PASSWORD })
    const attempt = (name: string, address: string, password = "wrong") =>
      server.browser().fetch("/instant/login/", {
        body: { username: name, password },
        headers: { "X-Forwarded-For": address },
      })
    for (let n = 0; n < 10; n++) {
      expect(await refusalOf(await attempt("user", `192.0.2.${n}`))).toBe("403 wrong_credentials")
    }
    const refused = await attempt("user", "192.0.2.99", PASSWORD)
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0)
    expect(await refusalOf(refused)).toBe("429 too_many_attempts")
    expect((await attempt("member", "192.0.2.99", PASSWORD)).status).toBe(200)
  })

  test("are limited by address, with any name", async () => {
    await using server = await RunningServer.start()
    await server.instant.users.add("user", { password: PASSWORD })
    const attempts = Array.from({ length: 31 }, (_, n) => server.browser().login(`u${n}`, "wrong"))
    const statuses = (await Promise.all(attempts)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 403)).toHaveLength(30)
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
    expect((await server.browser().login("user", PASSWORD)).status).toBe(429)
  })

  test("are limited by the address of the connection, whatever a stranger says that theirs is", async () => {
    await using server = await RunningServer.start()
    const environment = { incoming: { socket: { remoteAddress: "203.0.113.7" } } }
    const attempt = async (n: number): Promise<number> => {
      const request = new Request("http://127.0.0.1/instant/login/", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Forwarded-For": `192.0.2.${n}` },
        body: JSON.stringify({ username: `u${n}`, password: "wrong" }),
      })
      return (await server.instant.fetch(request, environment)).status
    }
    for (let n = 0; n < 30; n++) expect(await attempt(n)).toBe(403)
    expect(await attempt(30)).toBe(429)
  })

  test("are not used up by good ones", async () => {
    await using server = await RunningServer.start()
    await server.instant.users.add("user", { password: PASSWORD })
    for (let n = 0; n < 12; n++) await server.signedIn("user")
  })
})
