import { z } from "zod"
import type { Site } from "../http/endpoint.js"
import { StoreError } from "../store-error.js"
import { readBody } from "./read-fields.js"
import { resource } from "./resource.js"

const addition = z.strictObject({ name: z.string() })

/** `groups`: all of them, with how many they have; a new one. */
export const groups = (site: Site) =>
  resource(site, {
    async GET() {
      return { groups: await site.store.groups.sizes() }
    },
    async POST({ context, record }) {
      const { name } = await readBody(context, addition)
      const { groups: store } = site.store
      if ((await store.list()).includes(name)) {
        throw new StoreError("exists", `There is a group "${name}" already`)
      }
      await store.add(name)
      await record({ action: "group.add", target: name, details: {} })
      return { name, users: 0, channels: 0 }
    },
  })

/** `groups/:name`: the end of one. */
export const group = (site: Site) =>
  resource(site, {
    async DELETE({ context, record }) {
      const name = context.req.param("name") ?? ""
      await site.store.groups.remove(name)
      await record({ action: "group.remove", target: name, details: {} })
      return {}
    },
  })
