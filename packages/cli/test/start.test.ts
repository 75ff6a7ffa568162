import { mkdir, stat, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { Cli, stop } from "./cli.js"

let cli: Cli

beforeEach(async () => {
  cli = await Cli.make()
})
afterEach(async () => {
  await cli[Symbol.asyncDispose]()
})

/** Why a server doesn't start: one sentence, nothing of the code, and exit code 1. */
async function refusal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await cli.run(["start", ...args], { env })
  expect(code).toBe(1)
  expect(stdout).toBe("")
  expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2)
  expect(stderr).not.toMatch(/^ {4}at /m)
  return stderr
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8)
}

describe("instant start", () => {
  test("makes a home for this user alone, and says where it listens", async () => {
    const server = await cli.start()
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
    expect(await modeOf(cli.home())).toBe("700")
    expect(await modeOf(cli.home("secrets.json"))).toBe("600")
    expect(await cli.json("server.json")).toMatchObject({ url: server.url, pid: server.child.pid })
  })

  test.each(["SIGINT", "SIGTERM"] as const)("ends well on %s", async (signal) => {
    const server = await cli.start()
    expect(await stop(server, signal)).toBe(0)
    await expect(stat(cli.home("server.json"))).rejects.toThrow(/ENOENT/)
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
  })

  test("keeps its secrets", async () => {
    await stop(await cli.start(), "SIGTERM")
    const secrets = await cli.json("secrets.json")
    await stop(await cli.start(), "SIGTERM")
    expect(await cli.json("secrets.json")).toEqual(secrets)
    expect(secrets.tokenKey).toMatch(/^[\w-]{43}$/)
    expect(secrets.apiKey).not.toBe(secrets.tokenKey)
  })

  test("takes its home from INSTANT_HOME and its port from PORT", async () => {
    const home = `${cli.folder}/elsewhere`
    await cli.start([], { INSTANT_HOME: home })
    expect(await modeOf(`${home}/instant.sqlite`)).toBeDefined()
    expect(await refusal([], { PORT: "http" })).toMatch(/^PORT must be a port: a number/)
  })

  test.each([
    { left: "by a process that died", pid: 2 ** 22 + 1 },
    { left: "whose process is another one by now", pid: process.pid },
  ])("takes the place of a server's file, left $left", async ({ pid }) => {
    await mkdir(cli.home())
    const left = { url: "http://127.0.0.1:1", site: "Site", pid }
    await writeFile(cli.home("server.json"), JSON.stringify(left))
    const server = await cli.start()
    expect(await cli.json("server.json")).toMatchObject({ url: server.url, pid: server.child.pid })
  })

  test("leaves the file of another server at its end", async () => {
    const server = await cli.start()
    const other = { url: server.url, site: "Site", pid: process.pid }
    await writeFile(cli.home("server.json"), JSON.stringify(other))
    await stop(server, "SIGTERM")
    expect(await cli.json("server.json")).toEqual(other)
  })

  test("takes its secrets from the environment in production", async () => {
    const secret = "0123456789abcdefghijklmnopqrstuvwxyz"
    const env = { NODE_ENV: "production", INSTANT_TOKEN_KEY: secret, INSTANT_API_KEY: secret }
    await cli.start([], env)
    await expect(stat(cli.home("secrets.json"))).rejects.toThrow(/ENOENT/)
  })

  test("has the demo's people only with --demo", async () => {
    const login = async (url: string): Promise<number> => {
      const response = await fetch(`${url}/instant/login/`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ username: "superuser", password: "instant-demo" }),
      })
      return response.status
    }
    const demo = await cli.start(["--demo"])
    expect(demo.output()).toContain("Sign in as")
    expect(await login(demo.url)).toBe(200)
    expect((await fetch(demo.url)).status).not.toBe(404)
    await stop(demo, "SIGTERM")
    const plain = await cli.start()
    expect(await login(plain.url)).toBe(403)
    expect((await fetch(plain.url)).status).toBe(404)
  })
})

describe("instant start says in a sentence what to do when", () => {
  test("the port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1")
    await new Promise((resolve) => other.once("listening", resolve))
    const address = other.address()
    const port = typeof address === "object" ? String(address?.port) : ""
    expect(await refusal(["--port", port])).toBe(
      `Port ${port} on 127.0.0.1 is in use: stop what listens there, or choose another with --port\n`,
    )
    await new Promise((resolve) => other.close(resolve))
    await expect(stat(cli.home("server.json"))).rejects.toThrow(/ENOENT/)
  })

  test("a server runs from the same home", async () => {
    const { url } = await cli.start()
    const file = await cli.json("server.json")
    expect(await refusal(["--port", "0"])).toBe(
      `A server runs from ${cli.home()} already, at ${url}: stop it, ` +
        "or start this one from another folder with INSTANT_HOME\n",
    )
    expect(await cli.json("server.json")).toEqual(file)
    expect((await cli.run(["publish", "lobby", "m"])).code).toBe(0)
  })

  test.each(["abc", "-1", "65536", "80.5"])("the port is %s", async (port) => {
    expect(await refusal(["--port", port])).toMatch(/must be a port: a number from 0 to 65535/)
  })

  test("the address is not this machine's", async () => {
    const words = await refusal(["--port", "0", "--address", "192.0.2.1"])
    expect(words).toMatch(/no address 192\.0\.2\.1: choose another with --address/)
  })

  test("the home can't be made", async () => {
    await writeFile(`${cli.folder}/file`, "")
    const words = await refusal([], { INSTANT_HOME: `${cli.folder}/file/home` })
    expect(words).toMatch(/^Can't write in .*: make it a folder of this user, or name another/)
  })

  test("the database is damaged", async () => {
    await mkdir(cli.home())
    await writeFile(cli.home("instant.sqlite"), "no database ".repeat(1_000))
    expect(await refusal([])).toMatch(/^The database .*instant\.sqlite is damaged, .*backup/)
  })

  test.each(["", "{", "[]", '{"tokenKey":""}'])("the secrets are %j", async (content) => {
    await mkdir(cli.home())
    await writeFile(cli.home("secrets.json"), content)
    expect(await refusal([])).toMatch(/^The secrets in .* can't be read: .*delete the file/)
  })

  test("an origin is no origin", async () => {
    const words = await refusal(["--allowed-origin", "app.example.com"])
    expect(words).toMatch(/allowedOrigins\[0\] must be an origin as "https:/)
  })

  const short = { INSTANT_TOKEN_KEY: "short", INSTANT_API_KEY: "x".repeat(32) }
  test.each([
    { fault: "lacks secrets", words: /INSTANT_TOKEN_KEY and INSTANT_API_KEY.*node -p/ },
    { fault: "has short ones", env: short, words: /tokenKey is shorter than 32 characters: make/ },
    { fault: "asks for the demo", args: ["--demo"], words: /known passwords: start without/ },
  ])("production $fault", async ({ args = [], env = {}, words }) => {
    expect(await refusal(args, { NODE_ENV: "production", ...env })).toMatch(words)
  })
})
