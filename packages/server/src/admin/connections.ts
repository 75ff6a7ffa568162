import { z } from "zod"
import type { Site } from "../http/endpoint.js"
import { HttpError, refusals } from "../http/refusals.js"
import { limit } from "./fields.js"
import { readBody, readQuery } from "./read-fields.js"
import { resource } from "./resource.js"

const page = z.strictObject({
  user: z.string().optional(),
  cursor: z.string().regex(/^\d+$/, "Send the cursor of the page before").optional(),
  limit,
})
const owner = z.strictObject({ user: z.string() })

/** `connections`: who is connected to the engine in this process. */
export const connections = (site: Site) =>
  resource(site, {
    async GET({ context }) {
      const { embedded } = site.engine
      if (embedded === undefined) throw new HttpError(refusals.engineElsewhere)
      const { connections, cursor = null } = await embedded.connections(readQuery(context, page))
      return { connections, cursor, total: embedded.stats().connections }
    },
  })

/** `connections/:client`: the end of one, which doesn't come back by itself. */
export const connection = (site: Site) =>
  resource(site, {
    async DELETE({ context, record }) {
      const { user } = await readBody(context, owner)
      const client = context.req.param("client") ?? ""
      await site.engine.disconnect({ user, client })
      await record({ action: "connection.disconnect", target: client, details: { user } })
      return {}
    },
  })
