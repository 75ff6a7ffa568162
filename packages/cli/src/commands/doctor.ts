import { randomBytes } from "node:crypto"
import { databaseStatus } from "@instant-ws/server/offline"
import { BrokenLink, type Link, links } from "../doctor/broken-link.js"
import { LiveVisitor } from "../doctor/live-visitor.js"
import { type Home, homeWith } from "../home/home.js"
import { callEngine } from "../running/engine-api.js"
import { findEngine, type RunningEngine, type ServerOptions } from "../running/running-engine.js"
import { readSettings } from "../settings/read-settings.js"

/**
 * Goes the way of an event from link to link, and tells what is found at each.
 * @throws BrokenLink for the first that is broken.
 */
export async function examine(options: ServerOptions): Promise<void> {
  const home = homeWith(readSettings())
  await look("config", () => config(home))
  await look("database", () => database(home))
  const { engine, found } = await at("engine API", () => engineApi(home, options))
  say("engine API", found)
  const channel = `$instant-doctor-${randomBytes(8).toString("hex")}`
  const visitor = await at("token", async () => new LiveVisitor(engine, channel))
  try {
    await goTheWay(visitor, engine, channel)
  } finally {
    visitor.leave()
  }
}

async function goTheWay(visitor: LiveVisitor, engine: RunningEngine, channel: string) {
  const isConnected = await visitor.connect()
  say("token", isConnected ? "the engine takes it" : "it is signed; no engine has looked at it")
  await look("socket", async () => {
    if (!isConnected) throw visitor.noSocket()
    return engine.websocketUrl
  })
  const { recoverable } = await visitor.subscribe()
  const away = recoverable
    ? "is recovered"
    : "is lost, as the engine's configuration has no history"
  say("subscribe", `${channel}; what is published while a page is away ${away}`)
  const began = performance.now()
  const arrival = visitor.arrivalOf(channel)
  await look("publish", async () => {
    const params = { channel, data: channel, skip_history: true }
    await callEngine(engine, { method: "publish", params, what: `publish to "${channel}"` })
    return "by the HTTP API"
  })
  await visitor.receive(arrival)
  say("receive", `after ${Math.ceil(performance.now() - began)} ms`)
}

async function config(home: Home): Promise<string> {
  const { startMistakes } = await import("../serving/start-mistakes.js")
  const mistakes = await startMistakes(home)
  if (mistakes.length > 0) throw new BrokenLink("config", mistakes.join("\n"))
  return home.settings.origins().join(", ") || "all as it is by itself"
}

async function database(home: Home): Promise<string> {
  const { database: name, migrations, size } = await databaseStatus(home.database)
  if (size === 0) return `${name} is made at the first start`
  const pending = migrations.filter(({ appliedAt }) => appliedAt === undefined)
  if (pending.length === 0) return `${name}, ${Math.ceil(size / 1024)} KiB`
  throw new BrokenLink(
    "database",
    `The database ${name} lacks ${pending.map((each) => each.name).join(", ")}: run instant db migrate`,
  )
}

async function engineApi(home: Home, options: ServerOptions) {
  const engine = await findEngine(options, home)
  const answer = await callEngine(engine, { method: "info", params: {}, what: "tell what it is" })
  const [node] = Object(answer).nodes ?? []
  return { engine, found: `${engine.url}, version ${Object(node).version ?? "unknown"}` }
}

/** Looks at a link, and tells what was found. */
async function look(link: Link, action: () => Promise<string>): Promise<void> {
  say(link, await at(link, action))
}

/** Does something at a link, which is broken if that fails. */
async function at<T>(link: Link, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    if (cause instanceof BrokenLink || !(cause instanceof Error)) throw cause
    throw new BrokenLink(link, cause.message, { cause })
  }
}

const WIDTH = Math.max(...links.map((link) => link.length))

function say(link: Link, found: string): void {
  console.log(`ok  ${link.padEnd(WIDTH)}  ${found}`)
}
