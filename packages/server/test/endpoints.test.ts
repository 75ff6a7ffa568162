import { jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { databases } from "../../../test/databases.js"
import { type Browser, refusalOf, type Tokens } from "./browser.js"
import { send } from "./fuzz/send.js"
import { PASSWORD, RunningServer, SECRETS } from "./running-server.js"

const PATHS = ["login", "get_token", "subscribe", "logout"] as const
const key = new TextEncoder().encode(SECRETS.tokenKey)

describe.each(databases)("on $name", (kind) => {
  let server: RunningServer
  let user: Browser

  beforeAll(async () => {
    server = await RunningServer.start({}, kind)
    user = await server.signedIn("user")
    await server.instant.users.add("retired", { password: PASSWORD, isActive: false })
    await server.instant.users.add("member", { password: PASSWORD })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  describe("tokens", () => {
    test("come with their keys in the order of the contract", async () => {
      const response = await user.fetch("/instant/get_token/")
      expect(response.status).toBe(200)
      expect(response.headers.get("Content-Type")).toMatch(/^application\/json/)
      const body: Tokens = await response.json()
      expect(Object.keys(body)).toEqual(["csrf_token", "ws_token", "channels"])
      expect(body.csrf_token).toMatch(/^[\w-]{64}$/)
      expect(body.channels.map((channel) => Object.keys(channel))).toEqual([
        ["name", "level", "token"],
        ["name", "level", "token"],
      ])
      expect(body.channels).toMatchObject([
        { name: "$users", level: "users" },
        { name: "public", level: "public" },
      ])
    })

    test("are HS256 with the claims of the contract, good for ten minutes", async () => {
      const { ws_token, channels } = await user.tokens()
      const connection = await jwtVerify(ws_token, key)
      expect(connection.protectedHeader).toEqual({ alg: "HS256", typ: "JWT" })
      expect(Object.keys(connection.payload)).toEqual(["sub", "exp", "channels", "iat"])
      const { sub, exp = 0, iat = 0 } = connection.payload
      expect(sub).toBe("user")
      expect(exp - Math.floor(iat)).toBe(600)
      for (const { name, token } of channels) {
        const { payload } = await jwtVerify(token, key)
        expect(Object.keys(payload)).toEqual(["sub", "channel", "exp", "iat"])
        expect(payload).toMatchObject({ sub: "user", channel: name })
      }
    })

    test("come by GET as by POST", async () => {
      const response = await user.fetch("/instant/get_token/", { method: "GET" })
      expect(response.status).toBe(200)
    })

    test("have a new csrf_token in each answer, for the same cookie", async () => {
      const [first, cookie] = [await user.tokens(), user.cookies.get("csrftoken")]
      const second = await user.tokens()
      expect(second.csrf_token).not.toBe(first.csrf_token)
      expect(user.cookies.get("csrftoken")).toBe(cookie)
    })

    test("are found without the last slash too", async () => {
      expect((await user.fetch("/instant/get_token")).status).toBe(200)
    })
  })

  describe("subscribe", () => {
    const lists = [
      ["nothing", undefined],
      ["an empty object", {}],
      ["a list", [1]],
      ["other channels", { client: "x", channels: ["$superuser"] }],
    ] as const
    test.each(lists)("answers the visitor's channels, asked with %s", async (_, body) => {
      const response = await user.fetch("/instant/subscribe/", { body })
      expect(response.status).toBe(200)
      const answer = await response.json()
      expect(Object.keys(answer)).toEqual(["channels"])
      expect(answer.channels).toMatchObject([{ name: "$users" }, { name: "public" }])
      expect(response.headers.getSetCookie()).toEqual([])
    })

    test("refuses a body that is not JSON", async () => {
      const malformed = await user.fetch("/instant/subscribe/", { body: "{" })
      expect(await refusalOf(malformed)).toBe("400 bad_request")
      const form = await user.fetch("/instant/subscribe/", {
        body: "channel=x",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
      })
      expect(await refusalOf(form)).toBe("415 not_json")
    })
  })

  test.each(["GET", "PUT", "TRACE"])(
    "the engine's API below /instant answers no %s",
    async (method) => {
      const request = { method, path: "/instant/api/info", headers: {}, body: "none" } as const
      const { status, allow } = await send(server.port, request)
      expect({ status, allow }).toEqual({ status: 405, allow: "POST" })
    },
  )

  describe("login", () => {
    test("answers tokens, and sets the cookies of the session and against forgery", async () => {
      const browser = server.browser()
      const response = await browser.login("user", PASSWORD)
      expect(response.status).toBe(200)
      expect(Object.keys(await response.json())).toEqual(["csrf_token", "ws_token", "channels"])
      const cookies = response.headers.getSetCookie()
      expect(cookies).toHaveLength(2)
      const [session, csrf] = cookies
      expect(session).toMatch(
        /^sessionid=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/,
      )
      expect(csrf).toMatch(/^csrftoken=[\w-]{32}; Max-Age=31536000; Path=\/; SameSite=Lax$/)
    })

    test("sets Secure cookies when the browser speaks TLS to the proxy", async () => {
      const response = await server.browser().fetch("/instant/login/", {
        body: { username: "user", password: PASSWORD },
        headers: { "X-Forwarded-Proto": "https" },
      })
      for (const cookie of response.headers.getSetCookie()) expect(cookie).toMatch(/; Secure/)
    })

    const wrong = [
      ["a wrong password", "user", "nope"],
      ["an unknown user", "nobody", PASSWORD],
      ["an inactive user", "retired", PASSWORD],
      ["a null password", "user", null],
      ["a null name", null, PASSWORD],
    ] as const
    test.each(wrong)("refuses %s", async (_, name, password) => {
      const response = await server.browser().login(name, password)
      expect(await refusalOf(response)).toBe("403 wrong_credentials")
      expect(response.headers.getSetCookie()).toEqual([])
    })

    const malformed = [
      ["nothing", ""],
      ["no JSON", "username=user"],
      ["no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
      ["a list", []],
      ["a number for the name", { username: 1, password: "x" }],
      ["a number for the password", { username: "user", password: 1 }],
      ["no password", { username: "user" }],
      ["lists a hundred thousand deep", "[".repeat(100_000) + "]".repeat(100_000)],
    ] as const
    test.each(malformed)("answers 400 to %s", async (_, body) => {
      const response = await server.browser().fetch("/instant/login/", { body })
      expect(await refusalOf(response)).toBe("400 bad_request")
    })

    const types = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"]
    test.each(types)("answers 415 to %s", async (type) => {
      const response = await server.browser().fetch("/instant/login/", {
        body: { username: "user", password: PASSWORD },
        headers: { "Content-Type": type },
      })
      expect(await refusalOf(response)).toBe("415 not_json")
    })

    test("ignores other keys", async () => {
      const body = { username: "user", password: PASSWORD, next: "/" }
      expect((await server.browser().fetch("/instant/login/", { body })).status).toBe(200)
    })

    test("answers 413 to a body over 1 MiB, and serves on", async () => {
      const body = { username: "user", password: "x".repeat(1_048_576) }
      const response = await server.browser().fetch("/instant/login/", { body })
      expect(await refusalOf(response)).toBe("413 too_large")
      expect((await user.fetch("/instant/get_token/")).status).toBe(200)
    })

    test("switches to another user with a new session, and ends the old one", async () => {
      const browser = await server.signedIn("user")
      const old = browser.cookies.get("sessionid") ?? ""
      const csrf = browser.cookies.get("csrftoken")
      expect((await browser.login("member", PASSWORD)).status).toBe(200)
      const { payload } = await jwtVerify((await browser.tokens()).ws_token, key)
      expect(payload.sub).toBe("member")
      expect(browser.cookies.get("csrftoken")).not.toBe(csrf)
      const thief = server.browser()
      thief.cookies.set("sessionid", old)
      expect((await thief.fetch("/instant/get_token/")).status).toBe(403)
    })

    test("keeps who is signed in when the new credentials are wrong", async () => {
      const browser = await server.signedIn("user")
      expect((await browser.login("member", "wrong")).status).toBe(403)
      const { payload } = await jwtVerify((await browser.tokens()).ws_token, key)
      expect(payload.sub).toBe("user")
    })

    test("refuses the pages of other sites, and takes those of its own", async () => {
      const body = { username: "user", password: PASSWORD }
      const from = async (headers: Record<string, string>) =>
        server.browser().fetch("/instant/login/", { body, headers })
      expect(await refusalOf(await from({ Origin: "https://evil.example" }))).toBe("403 other_site")
      expect(await refusalOf(await from({ Origin: "null" }))).toBe("403 other_site")
      expect(await refusalOf(await from({ "Sec-Fetch-Site": "cross-site" }))).toBe("403 other_site")
      expect((await from({ Origin: server.url })).status).toBe(200)
      expect((await from({ "Sec-Fetch-Site": "same-origin" })).status).toBe(200)
    })

    test("tells who listens, until they don't", async () => {
      const names: string[] = []
      const off = server.instant.onSignIn(({ user: { name } }) => names.push(name))
      await server.signedIn("user")
      off()
      await server.signedIn("member")
      expect(names).toEqual(["user"])
    })
  })

  describe("logout", () => {
    test("ends the session and keeps the cookie against forgery", async () => {
      const browser = await server.signedIn("user")
      const session = browser.cookies.get("sessionid") ?? ""
      const response = await browser.logout()
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ response: "ok" })
      expect([...browser.cookies.keys()]).toEqual(["csrftoken"])
      browser.cookies.set("sessionid", session)
      expect(await refusalOf(await browser.fetch("/instant/get_token/"))).toBe("403 not_signed_in")
    })

    test("takes the value of the cookie as a token too", async () => {
      const browser = await server.signedIn("user")
      const headers = { "X-CSRFToken": browser.cookies.get("csrftoken") ?? "" }
      expect((await browser.fetch("/instant/logout/", { headers })).status).toBe(200)
    })

    test("refuses a request without the token, or with another's", async () => {
      const browser = await server.signedIn("user")
      expect(await refusalOf(await browser.fetch("/instant/logout/"))).toBe("403 csrf")
      const { csrf_token } = await (await server.signedIn("member")).tokens()
      const headers = { "X-CSRFToken": csrf_token }
      expect(await refusalOf(await browser.fetch("/instant/logout/", { headers }))).toBe("403 csrf")
      expect((await browser.fetch("/instant/get_token/")).status).toBe(200)
    })

    test("refuses the pages of other sites", async () => {
      const browser = await server.signedIn("user")
      const { csrf_token } = await browser.tokens()
      const headers = { "X-CSRFToken": csrf_token, Origin: "https://evil.example" }
      const response = await browser.fetch("/instant/logout/", { headers })
      expect(await refusalOf(response)).toBe("403 other_site")
    })
  })

  describe("every endpoint", () => {
    test.each(PATHS)("%s is never kept by a cache, errors included", async (path) => {
      for (const browser of [user, server.browser()]) {
        const response = await browser.fetch(`/instant/${path}/`, { body: "{" })
        expect(response.headers.get("Cache-Control")).toBe("no-store")
        expect(response.headers.get("Vary")).toMatch(/\bCookie\b/)
      }
    })

    test.each(["get_token", "subscribe"])("%s asks who is not signed in to do so", async (path) => {
      const response = await server.browser().fetch(`/instant/${path}/`)
      expect(await refusalOf(response)).toBe("403 not_signed_in")
    })

    test.each([
      ["login", ["GET", "PUT", "DELETE", "PATCH"], "POST"],
      ["get_token", ["PUT", "DELETE", "PATCH"], "GET, POST"],
      ["subscribe", ["GET", "PUT", "DELETE"], "POST"],
      ["logout", ["GET", "PUT", "DELETE"], "POST"],
    ] as const)("%s says which methods it takes", async (path, methods, allow) => {
      for (const method of methods) {
        const response = await user.fetch(`/instant/${path}/`, { method })
        expect(await refusalOf(response)).toBe("405 method_not_allowed")
        expect(response.headers.get("Allow")).toBe(allow)
      }
    })

    test("answers 404 with JSON where there is none", async () => {
      expect(await refusalOf(await user.fetch("/instant/nothing/"))).toBe("404 not_found")
      expect(await refusalOf(await user.fetch("/nothing", { method: "GET" }))).toBe("404 not_found")
    })

    test("says nothing of tokens, passwords and cookies in the log", async () => {
      const { ws_token } = await user.tokens()
      const text = server.log.join("")
      for (const secret of [PASSWORD, ws_token, ...user.cookies.values()]) {
        expect(text).not.toContain(secret)
      }
    })
  })
})
