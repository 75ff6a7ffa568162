import { once } from "node:events"
import { mkdir, readFile, stat } from "node:fs/promises"
import { createServer } from "node:http"
import { connect as connectTcp, type Socket } from "node:net"
import { join } from "node:path"
import { Centrifuge } from "centrifuge"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { WebSocket } from "ws"
import { Cli, logOf, type Server, stop } from "./cli.js"

const SECRET = "k3y-0f-the-tests-which-is-32-bytes-long"
const API_KEY = "ap1-k3y-0f-the-tests-which-is-32-bytes-long"

const config = {
  client: { token: { hmac_secret_key: SECRET } },
  http_api: { key: API_KEY },
  health: { enabled: true },
  prometheus: { enabled: true },
}

let cli: Cli
const clients: Centrifuge[] = []
const sockets: Socket[] = []

beforeEach(async () => {
  cli = await Cli.make()
  await cli.write("config.json", config)
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  for (const socket of sockets.splice(0)) socket.destroy()
  await cli[Symbol.asyncDispose]()
})

/** Runs a command that prints a token. */
async function token(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli.run([...args, "--quiet"])
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return stdout.trim()
}

/** A stock client that is connected with a token of the command line. */
async function connect({ url }: Server): Promise<Centrifuge> {
  const client = new Centrifuge(`${url.replace("http", "ws")}/connection/websocket`, {
    websocket: WebSocket,
    token: await token("gentoken", "--user", "user"),
  })
  clients.push(client)
  client.connect()
  await client.ready(5_000)
  return client
}

/** Calls the server API, and answers the status. */
async function publish(url: string, channel: string, key = API_KEY): Promise<number> {
  const { status } = await fetch(`${url}/api/publish`, {
    method: "POST",
    headers: { "X-API-Key": key },
    body: JSON.stringify({ channel, data: { id: 17 } }),
  })
  return status
}

/** The status of a page. */
async function statusOf(url: string): Promise<number> {
  return (await fetch(url)).status
}

/** What a server has logged by now. */
function log({ output }: Server) {
  return logOf(output())
}

/** Listens on a port of its own, until it is disposed of. */
async function occupyPort() {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, "close")
    },
  }
}

async function freePort(): Promise<number> {
  await using taken = await occupyPort()
  return taken.port
}

describe("instant serve", () => {
  test("brings what the API publishes to a stock client with tokens of the command line", async () => {
    const server = await cli.serve()
    const client = await connect(server)
    const subscription = client.newSubscription("orders", {
      token: await token("gensubtoken", "--user", "user", "--channel", "orders"),
    })
    const received = new Promise((resolve) => {
      subscription.once("publication", ({ data }) => resolve(data))
    })
    subscription.subscribe()
    await subscription.ready(5_000)
    expect(await publish(server.url, "orders")).toBe(200)
    expect(await received).toEqual({ id: 17 })
  })

  test("serves what genconfig writes", async () => {
    await cli.run(["genconfig", "--config", "generated.json"])
    const server = await cli.serve(["--config", "generated.json"])
    expect(await publish(server.url, "orders", "wrong")).toBe(401)
    expect(log(server)).toHaveLength(1)
  })

  test("listens where the flags say, and else where the file says", async () => {
    await using taken = await occupyPort()
    await cli.write("config.json", { http_server: { address: "127.0.0.1", port: taken.port } })
    const { stdout, stderr } = await cli.run(["serve"])
    expect(stderr).toContain(`Port ${taken.port} on 127.0.0.1 is in use`)
    expect(stdout).not.toContain("shutting down")
    const { url } = await cli.serve(["--address", "localhost"])
    expect(url).toMatch(/^http:\/\/localhost:\d+$/)
    expect(url).not.toContain(String(taken.port))
  })

  test("heeds the environment before the file, and warns of variables that are no keys", async () => {
    const key = `${API_KEY}-of-the-environment`
    const env = { CENTRIFUGO_HTTP_API_KEY: key, CENTRIFUGO_API_KEY: "key" }
    const server = await cli.serve([], env)
    expect(await publish(server.url, "orders", key)).toBe(200)
    expect(await publish(server.url, "orders")).toBe(401)
    expect(log(server)).toContainEqual(
      expect.objectContaining({
        level: 40,
        msg: "CENTRIFUGO_API_KEY is the variable of no key; did you mean CENTRIFUGO_HTTP_API_KEY?",
      }),
    )
  })

  test("warns of secrets that are easy to guess and of doors that stand open", async () => {
    await cli.write("config.json", {
      client: { insecure: true, token: { hmac_secret_key: "secret" } },
      http_api: { key: "change-me-this-is-an-example-of-a-key", insecure: true },
    })
    const warnings = log(await cli.serve()).filter(({ level }) => level === 40)
    expect(warnings.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^client\.token\.hmac_secret_key is shorter than 32 .*node -p/),
      expect.stringMatching(/^http_api\.key is taken from an example: make one with: node -p/),
      expect.stringMatching(/^client\.insecure: anybody may connect/),
      expect.stringMatching(/^http_api\.insecure: anybody who reaches the API may call it/),
    ])
  })

  test("logs at the level and into the file that the configuration names", async () => {
    await cli.write("config.json", { ...config, log: { file: "engine.log" } })
    const path = join(cli.folder, "engine.log")
    await using taken = await occupyPort()
    const args = ["serve", "--address", "127.0.0.1", "--port", String(taken.port)]
    const env = { CENTRIFUGO_NO_SUCH_KEY: "1" }
    expect(await cli.run(args, { env })).toMatchObject({ code: 1, stdout: "" })
    const lines = logOf(await readFile(path, "utf8"))
    expect(lines).toContainEqual(expect.objectContaining({ level: 40 }))
    await cli.run(args, { env: { ...env, CENTRIFUGO_LOG_LEVEL: "error" } })
    expect(logOf(await readFile(path, "utf8"))).toEqual(lines)
  })
})

describe("an internal port", () => {
  /** A server with one, and where that is. */
  async function serve(more: Readonly<Record<string, unknown>> = {}) {
    const port = await freePort()
    const http_server = { address: "127.0.0.1", internal_port: port }
    await cli.write("config.json", { ...config, http_server, ...more })
    const server = await cli.serve()
    const internalUrl = `http://127.0.0.1:${port}`
    expect(log(server)).toContainEqual(expect.objectContaining({ url: server.url, internalUrl }))
    return { server, internalUrl }
  }

  test("has the API, health and metrics, which the main one then hasn't", async () => {
    const { server, internalUrl } = await serve()
    expect(await publish(internalUrl, "orders")).toBe(200)
    expect(await statusOf(`${internalUrl}/health`)).toBe(200)
    expect(await statusOf(`${internalUrl}/metrics`)).toBe(200)
    expect(await publish(server.url, "orders")).toBe(404)
    for (const path of ["/health", "/metrics", "/api", "/%61pi/publish", "/he%61lth"]) {
      expect([path, await statusOf(server.url + path)]).toEqual([path, 404])
    }
  })

  test("lets no client in", async () => {
    const { server, internalUrl } = await serve()
    await connect(server)
    const socket = new WebSocket(`${internalUrl.replace("http", "ws")}/connection/websocket`)
    const [{ message }] = await once(socket, "error")
    expect(message).toBe("Unexpected server response: 404")
  })

  test("leaves an external API to the main one", async () => {
    const { server, internalUrl } = await serve({ http_api: { key: API_KEY, external: true } })
    expect(await publish(server.url, "orders")).toBe(200)
    expect(await publish(internalUrl, "orders")).toBe(404)
    expect(await statusOf(`${server.url}/health`)).toBe(404)
  })

  test("that is the main one's too is none of its own", async () => {
    const port = await freePort()
    const http_server = { address: "127.0.0.1", internal_port: String(port) }
    await cli.write("config.json", { ...config, http_server })
    const server = await cli.serve(["--port", String(port)])
    expect(await publish(server.url, "orders")).toBe(200)
    expect(await statusOf(`${server.url}/health`)).toBe(200)
  })

  test("that is in use is named by its key", async () => {
    await using taken = await occupyPort()
    const http_server = { address: "127.0.0.1", internal_port: taken.port }
    await cli.write("config.json", { http_server })
    const advice = "stop what listens there, or choose another with http_server.internal_port"
    expect(await cli.run(["serve", "--port", "0"])).toMatchObject({
      code: 1,
      stderr: `Port ${taken.port} on 127.0.0.1 is in use: ${advice}\n`,
    })
  })
})

describe("when it is told to stop", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "on %s it tells clients to come back",
    async (signal) => {
      const server = await cli.serve()
      const client = await connect(server)
      const told = new Promise((resolve) => {
        client.once("connecting", ({ code, reason }) => resolve({ code, reason }))
      })
      expect(await stop(server, signal)).toBe(0)
      expect(await told).toEqual({ code: 3001, reason: "shutdown" })
      expect(log(server)).toContainEqual(expect.objectContaining({ msg: "stopping", signal }))
    },
  )

  test("it ends streams and waits for no connection that is kept alive", async () => {
    const uni_sse = { enabled: true }
    const client = { ...config.client, allow_anonymous_connect_without_token: true }
    await cli.write("config.json", { ...config, client, uni_sse })
    const server = await cli.serve()
    const response = await fetch(`${server.url}/connection/uni_sse`)
    const body = response.text()
    expect(await stop(server, "SIGTERM")).toBe(0)
    expect(await body).toContain('"disconnect":{"code":3001')
  })

  test("it cuts who doesn't leave within shutdown.timeout", async () => {
    await cli.write("config.json", { ...config, shutdown: { timeout: "50ms" } })
    const server = await cli.serve()
    const { port } = new URL(server.url)
    const socket = connectTcp(Number(port), "127.0.0.1")
    sockets.push(socket)
    socket.write(
      "GET /connection/websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    )
    const [answer] = await once(socket, "data")
    expect(String(answer)).toMatch(/^HTTP\/1\.1 101 /)
    expect(await stop(server, "SIGTERM")).toBe(0)
  })

  test("it takes its pid file away", async () => {
    await cli.write("config.json", { ...config, pid_file: "engine.pid" })
    const path = join(cli.folder, "engine.pid")
    const server = await cli.serve()
    expect(await readFile(path, "utf8")).toBe(`${server.child.pid}\n`)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await stop(server, "SIGTERM")
    await expect(stat(path)).rejects.toThrow(/ENOENT/)
  })
})

describe("instant serve says what to do when", () => {
  /** Why an engine doesn't start: a sentence, nothing of the code, and exit code 1. */
  async function refusal(...args: readonly string[]): Promise<string> {
    const { code, stderr } = await cli.run(["serve", "--port", "0", ...args])
    expect(code).toBe(1)
    expect(stderr).not.toMatch(/^ {4}at /m)
    return stderr
  }

  test("there is no file", async () => {
    await using empty = await Cli.make()
    expect(await empty.run(["serve"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        'There is no config.json: write one with "instant genconfig", or name another with --config\n',
    })
  })

  test("the file is wrong, naming every mistake", async () => {
    await cli.write("config.json", {
      client: { chanel_limit: 1, ping_interval: "soon" },
      engine: { type: "redis" },
    })
    const [first, ...mistakes] = (await refusal()).trimEnd().split("\n")
    expect(first).toBe("The engine's configuration is wrong:")
    expect(mistakes).toEqual([
      expect.stringMatching(/client\.chanel_limit: .* did you mean client\.channel_limit\?/),
      expect.stringMatching(/engine\.type: Centrifugo has the Redis engine/),
      expect.stringMatching(/client\.ping_interval: "soon" is not a duration/),
    ])
  })

  test("the file isn't JSON", async () => {
    await cli.write("config.json", '{\n  "client": {,}\n}')
    expect(await refusal()).toContain("config.json:2:14: from here on it isn't JSON")
  })

  test("the address is not this machine's", async () => {
    expect(await refusal("--address", "192.0.2.1")).toMatch(
      /^This machine has no address 192\.0\.2\.1: choose another with --address\n$/,
    )
  })

  test("the port is none", async () => {
    expect(await refusal("--port", "80.5")).toMatch(/A port is a number from 0 to 65535/)
  })

  test("a file can't be written", async () => {
    await mkdir(join(cli.folder, "folder"))
    await cli.write("config.json", { pid_file: "folder" })
    expect(await refusal()).toMatch(/^Can't write folder: make .*, or name another in pid_file\n$/)
    await cli.write("config.json", { log: { file: "folder" } })
    expect(await refusal()).toMatch(
      /^the log file can't be opened: folder; name another .*log\.file/,
    )
  })

  test("the history can't be had", async () => {
    await mkdir(join(cli.folder, "folder"))
    const disk = { path: "folder" }
    await cli.write("config.json", { broker: { enabled: true, type: "disk", disk } })
    expect(await refusal()).toMatch(/^The history file .*folder can't be used: .*open.*\n$/)
  })

  test("in production a secret is easy to guess", async () => {
    await cli.write("config.json", { client: { token: { hmac_secret_key: "secret" } } })
    const env = { NODE_ENV: "production" }
    const { code, stdout, stderr } = await cli.run(["serve", "--port", "0"], { env })
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(stderr).toMatch(/^client\.token\.hmac_secret_key is shorter than 32 characters: make/)
    await cli.write("config.json", config)
    await cli.serve([], env)
  })
})
