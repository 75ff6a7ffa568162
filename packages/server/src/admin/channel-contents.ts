import { z } from "zod"
import type { HistoryRequest } from "../engine/engine-link.js"
import type { Site } from "../http/endpoint.js"
import { limit } from "./fields.js"
import { readQuery } from "./read-fields.js"
import { resource } from "./resource.js"

/** The most members that are told. */
const MOST_MEMBERS = 1_000

/** `channels/:name/presence`: who is in a channel. */
export const presence = (site: Site) =>
  resource(site, {
    async GET({ context }) {
      const members = await site.engine.presence(context.req.param("name") ?? "")
      return { members: members.slice(0, MOST_MEMBERS), total: members.length }
    },
  })

const part = z
  .strictObject({
    limit,
    offset: z.coerce.number().int().min(0).optional(),
    epoch: z.string().optional(),
    reverse: z
      .enum(["true", "false"])
      .default("false")
      .transform((text) => text === "true"),
  })
  .refine(({ offset, epoch }) => (offset === undefined) === (epoch === undefined), {
    path: ["epoch"],
    error: "offset and epoch go together",
  })

/** `channels/:name/history`: what a channel keeps, from a position on. */
export const history = (site: Site) =>
  resource(site, {
    async GET({ context }) {
      const request = historyRequest(readQuery(context, part))
      return site.engine.history(context.req.param("name") ?? "", request)
    },
  })

function historyRequest({ offset, epoch, ...rest }: z.output<typeof part>): HistoryRequest {
  if (offset === undefined || epoch === undefined) return rest
  return { ...rest, since: { offset, epoch } }
}

/** `channels/:name/token`: what lets this superuser listen to a channel, whichever it is. */
export const token = (site: Site) =>
  resource(site, {
    async POST({ context, user, record }) {
      const name = context.req.param("name") ?? ""
      const [subscription, connection] = await Promise.all([
        site.tokens.subscription(user, name),
        site.tokens.connection(user),
      ])
      await record({ action: "channel.token", target: name, details: {} })
      return { token: subscription, connectionToken: connection }
    },
  })
