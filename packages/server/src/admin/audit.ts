import { z } from "zod"
import type { Site } from "../http/endpoint.js"
import { limit } from "./fields.js"
import { readQuery } from "./read-fields.js"
import { resource } from "./resource.js"

const page = z.strictObject({ before: z.coerce.number().int().min(1).optional(), limit })

/** `audit`: who did what here. */
export const audit = (site: Site) =>
  resource(site, {
    async GET({ context }) {
      const entries = await site.store.audit.list(readQuery(context, page))
      return { entries: entries.map((entry) => ({ ...entry, at: entry.at.getTime() })) }
    },
  })
