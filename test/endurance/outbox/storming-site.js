import { once } from "node:events"
import { createServer } from "node:http"
import { setTimeout } from "node:timers/promises"
import { getRequestListener } from "@hono/node-server"
import { createInstant } from "@instant-ws/server"

/**
 * node storming-site.js: a site that starts when its parent orders it, and from the next message on
 * publishes durably as fast as it can, until it is killed. Each event's message is the name of its
 * publisher and its number.
 *
 * @typedef {object} Order
 * @property {string} database
 * @property {{ url: string, apiKey: string, tokenSecret: string } | { history?: string, port: number, apiKey: string, tokenSecret: string }} engine
 * @property {readonly string[]} channels
 * @property {number} publishers
 * @property {string} name
 * @property {number} seed
 */

/** @type {[Order]} */
const [{ database, engine, channels, publishers, name, seed }] = await once(process, "message")

const instant = await createInstant({
  database,
  ...("url" in engine
    ? { engine }
    : {
        secrets: { apiKey: engine.apiKey, tokenKey: engine.tokenSecret },
        engineConfig: {
          ...(engine.history !== undefined && {
            broker: { enabled: true, type: "disk", disk: { path: engine.history } },
          }),
          client: { recovery_max_publication_limit: 100_000 },
          channel: {
            without_namespace: { allow_subscribe_for_client: true, history_size: 100_000 },
          },
        },
      }),
})
if ("port" in engine) {
  const server = createServer(getRequestListener((request) => instant.fetch(request)))
  instant.attach(server)
  server.listen(engine.port, "127.0.0.1")
  await once(server, "listening")
}
let state = seed
/** @param {number} bound */
function draw(bound) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * bound)
}

/** @param {string} publisher @param {number} n @returns {Promise<unknown>} */
async function publish(publisher, n) {
  const channel = channels[draw(channels.length)] ?? ""
  const message = `${publisher} ${n}`
  switch (draw(8)) {
    case 0:
      return instant.database
        .transaction()
        .execute(async (transaction) => {
          await instant.publish(channel, `undone ${message}`, { durable: true, transaction })
          throw new Error("it is undone")
        })
        .catch(() => {})
    case 1:
      return instant.publish(channel, `scheduled ${message}`, {
        schedule: new Date(Date.now() + draw(100)),
      })
    case 2:
    case 3:
      return instant.database.transaction().execute(async (transaction) => {
        await instant.publish(channel, message, { durable: true, transaction })
      })
    case 4:
      return instant.publishMany(
        ["a", "b", "c"].map((part) => ({ channel, message: `${message}${part}` })),
        { durable: true },
      )
    default:
      return instant.publish(channel, message, { durable: true })
  }
}

/** @param {number} index */
async function storm(index) {
  for (let n = 0; ; n++) {
    await publish(`${name}-${index}`, n)
    process.send?.("accepted")
    // What is committed is delivered meanwhile.
    await setTimeout(draw(3))
  }
}

process.send?.("ready")
await once(process, "message")
await Promise.all(Array.from({ length: publishers }, (_, index) => storm(index)))
