import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { describe, expect, test } from "vitest"
import type { EngineConfigInput } from "../src/index.js"
import { RunningEngine } from "./running-engine.js"
import { Scrape } from "./scrape.js"

const PAGE = new URL("../../../docs/metrics.md", import.meta.url)

const config = {
  prometheus: { enabled: true },
  client: { insecure: true, allowed_origins: ["https://ours.example"] },
  channel: {
    without_namespace: {
      presence: true,
      join_leave: true,
      history_size: 10,
      history_ttl: "60s",
      force_recovery: true,
    },
  },
} as const satisfies EngineConfigInput

/** Does most of what is counted, as the same was done with Centrifugo to see what it counts. */
async function useEverything(running: RunningEngine): Promise<void> {
  const socket = await running.socket()
  const ask = async (command: object, messages = 1) => {
    socket.send(command)
    for (let n = 0; n < messages; n++) await socket.next()
  }
  await ask({ id: 1, connect: {} })
  await ask({ id: 2, subscribe: { channel: "a" } })
  await ask({ id: 3, publish: { channel: "a", data: {} } }, 2)
  await ask({ id: 4, publish: { channel: "unknown:x", data: {} } })
  await ask({ id: 5, subscribe: { channel: "r", recover: true } })
  await ask({ id: 6, presence: { channel: "a" } })
  await ask({ id: 7, history: { channel: "a" } })
  await ask({ id: 8, presence_stats: { channel: "a" } })
  await running.api("publish", { channel: "a", data: 1 })
  await socket.next()
  await running.api("publish", { channel: "unknown:a", data: 1 })
  await ask({ id: 9, unsubscribe: { channel: "a" } })
  socket.sendText("nonsense")
  await socket.closed()
}

/** What docs/metrics.md says of each figure. */
async function figuresOfThePage() {
  const rows = (await readFile(PAGE, "utf8")).matchAll(
    /^\| `([a-z_]+)` \| ([a-z]+) \| ([^|]+) \|/gm,
  )
  return [...rows].map(([, name = "", type = "", labels = ""]) => ({
    name,
    type,
    labels: [...labels.matchAll(/`([a-z_]+)`/g)].map(([, label = ""]) => label).sort(),
  }))
}

/** A backend whose answers make no sense to a proxy. */
async function startBackend(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => response.end("nonsense"))
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

describe("metrics", () => {
  test("are served in Prometheus's format, where they are asked for", async () => {
    await using running = await RunningEngine.start({
      prometheus: { enabled: true, handler_prefix: "/internal/metrics" },
    })
    const response = await fetch(`${running.url}/internal/metrics`)
    expect(response.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8")
    expect(await response.text()).toContain("# TYPE centrifugo_node_num_clients gauge")
    expect((await fetch(`${running.url}/metrics`)).status).toBe(404)
  })

  test("aren't served unless they are asked for", async () => {
    await using running = await RunningEngine.start()
    expect((await fetch(`${running.url}/metrics`)).status).toBe(404)
  })

  test("are those of the page, each with the labels that it says", async () => {
    await using backend = await startBackend()
    await using running = await RunningEngine.start({
      ...config,
      prometheus: {
        enabled: true,
        instrument_http_handlers: true,
        recovered_publications_histogram: true,
      },
      rpc: { proxy: { endpoint: backend.url }, without_namespace: { proxy_enabled: true } },
    })
    await useEverything(running)
    const socket = await running.socketOf("1")
    socket.send({ id: 2, rpc: { method: "m" } })
    expect(await socket.next()).toMatchObject({ error: { code: 100 } })
    await running.api("unsubscribe", { user: "1", channel: "a" })
    await expect(running.socket({ Origin: "https://theirs.example" })).rejects.toThrow("403")
    const scrape = await Scrape.of(running.url)
    const figures = [...scrape.types].map(([name, type]) => ({
      name,
      type,
      labels: scrape.labelsOf(name),
    }))
    const ours = figures.filter(({ name }) => !/^(process|nodejs)_/.test(name))
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
    // The page has those of the server too, which the engine alone has not.
    const page = (await figuresOfThePage()).filter(
      ({ name }) => !name.startsWith("instant_server_"),
    )
    expect(ours.sort(byName)).toEqual(page.sort(byName))
  })

  test("count what Centrifugo counts, as it does", async () => {
    await using running = await RunningEngine.start(config)
    await useEverything(running)
    const scrape = await Scrape.of(running.url)
    const messages = { publication: 2, join: 2, leave: 2 }
    expect(scrape.by("centrifugo_node_messages_sent_count", "type")).toEqual(messages)
    expect(scrape.by("centrifugo_node_messages_received_count", "type")).toEqual(messages)
    expect(scrape.by("centrifugo_node_action_count", "action")).toEqual({
      add_client: 1,
      add_presence: 2,
      add_subscription: 2,
      history: 3,
      presence: 1,
      presence_stats: 1,
      remove_client: 1,
      remove_presence: 2,
      remove_subscription: 2,
    })
    expect(scrape.by("centrifugo_transport_messages_received", "frame_type")).toEqual({
      connect: 1,
      subscribe: 2,
      publish: 2,
      presence: 1,
      history: 1,
      presence_stats: 1,
      unsubscribe: 1,
    })
    const websocket = { transport: "websocket" }
    expect(scrape.value("centrifugo_transport_messages_sent", websocket)).toBe(11)
    expect(scrape.value("centrifugo_client_connections_accepted", websocket)).toBe(1)
    expect(scrape.by("centrifugo_client_num_server_disconnects", "code")).toEqual({ 3501: 1 })
    const recovery = { recovered: "yes", has_recovered_publications: "no" }
    expect(scrape.value("centrifugo_client_recover", recovery)).toBe(1)
    const error = { method: "publish", code: "102" }
    expect(scrape.value("centrifugo_client_num_reply_errors", error)).toBe(1)
    const apiError = { protocol: "http", method: "publish", error: "102" }
    expect(scrape.value("centrifugo_api_command_errors_total", apiError)).toBe(1)
    expect(scrape.by("centrifugo_api_command_duration_seconds_histogram_count", "method")).toEqual({
      publish: 2,
    })
    expect(
      scrape.by("centrifugo_client_command_duration_seconds_histogram_count", "method"),
    ).toMatchObject({ connect: 1, subscribe: 2, publish: 2 })
  })

  test("tell what is there now", async () => {
    await using running = await RunningEngine.start(config)
    const sockets = [await running.socketOf("1"), await running.socketOf("1")]
    for (const socket of sockets) {
      socket.send({ id: 2, subscribe: { channel: "a" } })
      await socket.next()
    }
    const scrape = await Scrape.of(running.url)
    expect(scrape.value("centrifugo_node_num_clients")).toBe(2)
    expect(scrape.value("centrifugo_node_num_users")).toBe(1)
    expect(scrape.value("centrifugo_node_num_subscriptions")).toBe(2)
    expect(scrape.value("centrifugo_node_num_channels")).toBe(1)
    const inflight = scrape.by("centrifugo_client_connections_inflight", "transport")
    expect(inflight).toEqual({ websocket: 2 })
  })

  test("count deliveries, and the bytes that were written", async () => {
    await using running = await RunningEngine.start(config)
    const sockets = [await running.socketOf("1"), await running.socketOf("2")]
    for (const socket of sockets) {
      socket.send({ id: 2, subscribe: { channel: "a" } })
      await socket.next()
    }
    const before = await Scrape.of(running.url)
    await running.engine.publish("a", "x".repeat(1000))
    for (const socket of sockets) await socket.next()
    const after = await Scrape.of(running.url)
    const grown = (name: string) => after.value(name) - before.value(name)
    expect(grown("instant_node_deliveries_total")).toBe(2)
    expect(grown("centrifugo_transport_messages_sent")).toBe(2)
    expect(grown("centrifugo_transport_messages_sent_size")).toBeGreaterThan(2000)
  })

  test("count who is refused, and why", async () => {
    const client = { ...config.client, connection_limit: 1 }
    await using running = await RunningEngine.start({ ...config, client, sse: { enabled: true } })
    const refused = running.socket({ Origin: "https://theirs.example" })
    await expect(refused).rejects.toThrow("403")
    await running.socket({ Origin: "https://ours.example" })
    await expect(running.socket()).rejects.toThrow("503")
    const stream = await fetch(`${running.url}/connection/sse?cf_connect={"id":1,"connect":{}}`)
    expect(stream.status).toBe(503)
    const scrape = await Scrape.of(running.url)
    const reasons = scrape.by("instant_transport_refused_total", "reason")
    expect(reasons).toEqual({ origin: 1, connection_limit: 2 })
    expect(scrape.value("centrifugo_node_client_connection_limit")).toBe(2)
  })

  test("count what can't be read, on every transport", async () => {
    await using running = await RunningEngine.start({
      ...config,
      sse: { enabled: true },
      uni_sse: { enabled: true },
    })
    for (const text of ["nonsense", "x".repeat(100_000)]) {
      const socket = await running.socket()
      socket.sendText(text)
      await socket.closed()
    }
    await (await fetch(`${running.url}/connection/sse?cf_connect=nonsense`)).text()
    await (await fetch(`${running.url}/connection/uni_sse?cf_connect=nonsense`)).text()
    await fetch(`${running.url}/emulation`, { method: "POST", body: "nonsense" })
    const scrape = await Scrape.of(running.url)
    expect(scrape.by("instant_transport_bad_frames_total", "transport")).toEqual({
      websocket: 2,
      sse: 1,
      uni_sse: 1,
      emulation: 1,
    })
  })

  test("count slow consumers", async () => {
    const client = { ...config.client, queue_max_size: 10_000 }
    await using running = await RunningEngine.start({ ...config, client })
    const socket = await running.socketOf("1")
    socket.send({ id: 2, subscribe: { channel: "a" } })
    await socket.next()
    socket.pause()
    for (let n = 0; n < 1000 && running.engine.stats().connections > 0; n++) {
      await running.engine.publish("a", "x".repeat(50_000))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const scrape = await Scrape.of(running.url)
    expect(scrape.by("centrifugo_client_num_server_disconnects", "code")).toEqual({ 3008: 1 })
  })

  test("count HTTP requests by their route, never by a path that somebody made up", async () => {
    await using running = await RunningEngine.start({
      prometheus: { enabled: true, instrument_http_handlers: true },
      health: { enabled: true },
    })
    await fetch(`${running.url}/health`)
    await fetch(`${running.url}/made-up`)
    await running.api("info", {})
    const scrape = await Scrape.of(running.url)
    const paths = scrape.by("centrifugo_node_incoming_http_requests_total", "path")
    expect(paths).toEqual({ "/health": 1, other: 1, "/api/:method": 1 })
  })

  test("of two engines in one process are apart", async () => {
    await using one = await RunningEngine.start(config)
    await using other = await RunningEngine.start(config)
    await one.socketOf("1")
    expect((await Scrape.of(one.url)).value("centrifugo_node_num_clients")).toBe(1)
    expect((await Scrape.of(other.url)).value("centrifugo_node_num_clients")).toBe(0)
  })
})
