import { z } from "zod"
import type { Channel } from "../channels/channel-store.js"
import { channelLevels } from "../channels/level.js"
import { EngineError } from "../engine/engine-error.js"
import type { EngineLink } from "../engine/engine-link.js"
import type { Site } from "../http/endpoint.js"
import { groups } from "./fields.js"
import { readBody } from "./read-fields.js"
import { resource } from "./resource.js"

const changes = z.strictObject({
  level: z.enum(channelLevels).optional(),
  groups: groups.optional(),
  isActive: z.boolean().optional(),
})
const additions = changes.extend({ name: z.string() })

/** `channels`: all of them, with how many listen; a new one. */
export const channels = (site: Site) =>
  resource(site, {
    async GET() {
      const [all, subscribers] = await Promise.all([
        site.store.channels.list(),
        subscribersOf(site.engine),
      ])
      return { channels: all.map((channel) => shown(channel, subscribers)) }
    },
    async POST({ context, record }) {
      const { name, ...fields } = await readBody(context, additions)
      const channel = await site.store.channels.add(name, fields)
      await record({ action: "channel.add", target: channel.name, details: fields })
      return shown(channel, undefined)
    },
  })

/** `channels/:name`: a change of one, or its end. */
export const channel = (site: Site) =>
  resource(site, {
    async PATCH({ context, record }) {
      const fields = await readBody(context, changes)
      const old = context.req.param("name") ?? ""
      const changed = await site.store.channels.set(old, fields)
      await record({ action: "channel.set", target: changed.name, details: fields })
      return shown(changed, undefined)
    },
    async DELETE({ context, record }) {
      const name = context.req.param("name") ?? ""
      const found = await site.store.channels.find(name)
      await site.store.channels.remove(name)
      await record({ action: "channel.remove", target: found?.name ?? name, details: {} })
      return {}
    },
  })

/** Undefined when the engine elsewhere can't be asked: its channels are shown all the same. */
async function subscribersOf(engine: EngineLink): Promise<ReadonlyMap<string, number> | undefined> {
  try {
    return await engine.channels()
  } catch (error) {
    if (error instanceof EngineError) return undefined
    throw error
  }
}

function shown(channel: Channel, subscribers: ReadonlyMap<string, number> | undefined) {
  const count = subscribers === undefined ? null : (subscribers.get(channel.name) ?? 0)
  return { ...channel, subscribers: count }
}
