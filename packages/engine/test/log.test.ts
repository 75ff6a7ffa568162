import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { type Logger, pino } from "pino"
import { describe, expect, test } from "vitest"
import { createEngine, type EngineConfigInput } from "../src/index.js"
import { connectionToken, RunningEngine } from "./running-engine.js"

const INFO = 30
const DEBUG = 20

type Line = Readonly<Record<string, unknown>>

/** A log whose lines are kept. */
function keptLog(level: string): {
  readonly log: Logger
  readonly texts: string[]
  lines(): Line[]
} {
  const texts: string[] = []
  const log = pino({ level }, { write: (text) => void texts.push(text) })
  return { log, texts, lines: () => texts.map((text) => JSON.parse(text)) }
}

/** What an engine with this configuration writes into its file while it is closed. */
async function writtenTo(file: string, config: EngineConfigInput): Promise<string> {
  await createEngine({ ...config, log: { file, ...config.log } }).close()
  return readFile(file, "utf8")
}

describe("the log", () => {
  test("goes to the file that the configuration names, at its level", async () => {
    const folder = await mkdtemp(join(tmpdir(), "instant-log-"))
    try {
      const [first = ""] = (await writtenTo(join(folder, "a.log"), {})).split("\n")
      expect(JSON.parse(first)).toMatchObject({ level: INFO, msg: "shutting down", connections: 0 })
      expect(await writtenTo(join(folder, "b.log"), { log: { level: "none" } })).toBe("")
      expect(await writtenTo(join(folder, "c.log"), { log: { level: "error" } })).toBe("")
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test("says which file can't be opened, and what to do", () => {
    expect(() => createEngine({ log: { file: "/no/such/folder/engine.log" } })).toThrow(
      "the log file can't be opened: /no/such/folder/engine.log; name another one in log.file",
    )
  })

  test("says who was refused, and why, without the query", async () => {
    const { log, lines } = keptLog("info")
    await using running = await RunningEngine.start({}, { log })
    const origin = "https://theirs.example"
    const url = `${running.url}/connection/websocket?cf_connect=secret`
    const headers = { Connection: "Upgrade", Upgrade: "websocket", Origin: origin }
    const response = await upgrade(url, headers)
    expect(response).toContain("403 Forbidden")
    const line = { level: INFO, reason: "origin", path: "/connection/websocket", origin }
    expect(lines()).toEqual([expect.objectContaining(line)])
  })

  test("says whom the server disconnects for good, with code and reason", async () => {
    const { log, lines } = keptLog("info")
    await using running = await RunningEngine.start({}, { log })
    const socket = await running.socketOf("42")
    await running.engine.disconnect({ user: "42" })
    await socket.closed()
    expect(lines()).toEqual([
      expect.objectContaining({
        level: INFO,
        msg: "disconnected",
        user: "42",
        client: expect.any(String),
        code: 3503,
        reason: "force disconnect",
      }),
    ])
  })

  test("says of other disconnects at the level debug", async () => {
    const { log, lines } = keptLog("debug")
    await using running = await RunningEngine.start({}, { log })
    const stranger = await running.socket()
    stranger.sendText("nonsense")
    await stranger.closed()
    const user = await running.socketOf("42")
    await running.engine.disconnect({ user: "42" }, { code: 3011, reason: "force reconnect" })
    await user.closed()
    expect(lines().map(({ level, user, code }) => ({ level, user, code }))).toEqual([
      { level: DEBUG, user: undefined, code: 3501 },
      { level: DEBUG, user: "42", code: 3011 },
    ])
  })

  test("holds no token and no payload, at whatever level", async () => {
    const backend = createServer((_request, response) => response.end("swordfish is no JSON"))
    backend.listen(0, "127.0.0.1")
    await once(backend, "listening")
    const { port } = backend.address() as AddressInfo
    const { log, texts } = keptLog("trace")
    {
      await using running = await RunningEngine.start(
        {
          channel: { without_namespace: { allow_publish_for_client: true } },
          rpc: {
            proxy: { endpoint: `http://127.0.0.1:${port}` },
            without_namespace: { proxy_enabled: true },
          },
          uni_sse: { enabled: true },
        },
        { log },
      )
      const token = await connectionToken("42", { info: "swordfish" })
      const forged = `${token.slice(0, -6)}forged`
      const socket = await running.socket()
      socket.send({ id: 1, connect: { token, data: "swordfish" } })
      socket.send({ id: 2, publish: { channel: "c", data: "swordfish" } })
      socket.send({ id: 3, publish: { channel: "unknown:c", data: "swordfish" } })
      socket.send({ id: 4, rpc: { method: "m", data: "swordfish" } })
      for (let n = 0; n < 4; n++) await socket.next()
      socket.sendText(`{"id": 5, swordfish}`)
      await socket.closed()
      for (const bad of [forged, "swordfish", `${token}.swordfish`, notJson(token)]) {
        const refused = await running.socket()
        refused.send({ id: 1, connect: { token: bad } })
        await refused.closed()
        const query = encodeURIComponent(JSON.stringify({ token: bad }))
        await (await fetch(`${running.url}/connection/uni_sse?cf_connect=${query}`)).text()
      }
      await running.api("publish", { channel: "c", data: "swordfish" })
      await running.api("publish", `{"channel": "c", swordfish}`)
      await running.api("publish", {}, { "X-API-Key": "swordfish" })
      const headers = { Connection: "Upgrade", Upgrade: "websocket", Origin: "https://x.example" }
      await upgrade(`${running.url}/connection/websocket?token=${token}`, headers)
      const [, claims = "", signature = ""] = token.split(".")
      const all = texts.join("")
      expect(all).toContain("a proxy failed")
      for (const secret of ["swordfish", "forged", claims, signature]) {
        expect(all).not.toContain(secret)
      }
    }
    backend.closeAllConnections()
    backend.close()
    await once(backend, "close")
  })
})

/** The same token, with claims that are no JSON. */
function notJson(token: string): string {
  const [header, , signature] = token.split(".")
  return [header, Buffer.from("{swordfish}").toString("base64url"), signature].join(".")
}

/** The status line that a request for an upgrade is answered with. */
async function upgrade(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const { hostname, port, pathname, search } = new URL(url)
  const socket = connect(Number(port), hostname)
  const lines = Object.entries({ Host: hostname, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  socket.end(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`)
  return text(socket)
}
