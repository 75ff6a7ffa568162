import { useInstant } from "djangoinstant"
import { FakeClock, FakeServer } from "djangoinstant/testing"

// Runs in a page.

type SocketClass = new (url: string) => WebSocket

/** What happens to websockets of a class, as a page sees it. `token` lets one connect. */
async function traceOf(Socket: SocketClass, url: string, token: string) {
  return {
    constants: [WebSocket, Socket].map((one) => "OPEN" in one && one.OPEN),
    faults: await faultsOf(Socket, url),
    closedByServer: await lifeOf(new Socket(url), (socket) => socket.send("garbage")),
    closedByClient: await lifeOf(new Socket(url), (socket) => {
      socket.close(3001, "bye")
      socket.close(3002, "again")
      socket.send("too late")
    }),
    closedEarly: await lifeOf(new Socket(url), () => {}, { closeEarly: true }),
    told: await lifeOf(new Socket(url), (socket) => {
      socket.send(JSON.stringify({ id: 1, connect: { token } }))
      socket.send("garbage")
    }),
  }
}

/** Runs a websocket from its beginning to its end, and tells what happened. */
async function lifeOf(
  socket: WebSocket,
  whenOpen: (socket: WebSocket) => void,
  { closeEarly = false } = {},
): Promise<readonly string[]> {
  const log = [`begins ${socket.readyState}`]
  socket.addEventListener("open", () => {
    log.push(`open ${socket.readyState}`)
    whenOpen(socket)
    log.push(`after ${socket.readyState}`)
  })
  socket.addEventListener("message", ({ data }) => log.push(`message ${typeof data}`))
  socket.onerror = () => log.push(`error ${socket.readyState}`)
  return new Promise((resolve) => {
    socket.onclose = ({ code, reason, wasClean, target }) => {
      const isOwn = target === socket
      log.push(`close ${socket.readyState} ${code} ${reason} ${wasClean} ${isOwn}`)
      resolve(log)
    }
    if (closeEarly) socket.close()
  })
}

/** What a websocket refuses to do. */
async function faultsOf(Socket: SocketClass, url: string): Promise<readonly string[]> {
  const nameOf = (call: () => unknown) => {
    try {
      call()
      return "nothing"
    } catch (error) {
      return error instanceof DOMException ? error.name : "another"
    }
  }
  const socket = new Socket(url)
  const closed = new Promise((resolve) => socket.addEventListener("close", resolve))
  const faults = [
    nameOf(() => socket.send("too early")),
    nameOf(() => socket.close(999)),
    nameOf(() => socket.close(1001)),
    nameOf(() => socket.close(3000, "é".repeat(62))),
    nameOf(() => socket.close(3000, "é".repeat(61))),
    nameOf(() => new Socket("http://[")),
  ]
  await closed
  return faults
}

/** What the page's own WebSocket does with a real server. */
export function realTrace(url: string, token: string) {
  return traceOf(WebSocket, url, token)
}

/** What the fake's does. */
export async function fakeTrace() {
  const server = new FakeServer()
  server.loginElsewhere("user")
  const { fetch, websocket } = server.options
  const response = await fetch(`${server.url}/instant/get_token/`)
  const { ws_token }: { readonly ws_token: string } = await response.json()
  const url = `${server.url.replace("http", "ws")}/connection/websocket`
  // The fake's class has the interface of the browsers'.
  return traceOf(websocket as SocketClass, url, ws_token)
}

/** A user's day, on a clock that runs fast; what it comes to. */
export async function day() {
  using clock = FakeClock.install(new Date("2026-11-21T08:00:00Z"))
  const server = new FakeServer({ channels: [{ name: "orders", level: "users" }] })
  const heard: string[] = []
  const instant = useInstant(server.options)
  instant.onStatus((status) => heard.push(status))
  instant.on("orders", ({ msg, date }) => heard.push(`${msg} at ${date.toISOString()}`))
  await instant.init(server.url)
  await instant.login("ann", "secret")
  await instant.connect()
  server.publish("orders", "first")
  await clock.advance(3_600_000)
  server.refuse()
  server.publish("orders", "missed")
  await clock.advance(60_000)
  server.accept()
  await clock.advance(10_000)
  await instant.logout()
  return { heard, cookie: document.cookie, now: new Date().toISOString() }
}
