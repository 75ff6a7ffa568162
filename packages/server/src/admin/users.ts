import { z } from "zod"
import type { Account } from "../accounts/user.js"
import type { AccountFields } from "../accounts/user-store.js"
import type { Site } from "../http/endpoint.js"
import { HttpError, refusals } from "../http/refusals.js"
import { groups } from "./fields.js"
import { readBody } from "./read-fields.js"
import { resource } from "./resource.js"

const changes = z.strictObject({
  password: z.string().min(1, "The password is empty: type one").optional(),
  staff: z.boolean().optional(),
  superuser: z.boolean().optional(),
  isActive: z.boolean().optional(),
  groups: groups.optional(),
})
const additions = changes.extend({ name: z.string() })

/** `users`: the built-in accounts; a new one. */
export const users = (site: Site) =>
  resource(site, {
    async GET() {
      requireAccounts(site)
      const { users: store } = site.store
      const [all, named] = await Promise.all([store.list(), store.namesWithPassword()])
      return { users: all.map((account) => shown(account, named.has(account.name))) }
    },
    async POST({ context, record }) {
      requireAccounts(site)
      const { name, ...fields } = await readBody(context, additions)
      const account = await site.store.users.add(name, fields)
      await record({ action: "user.add", target: account.name, details: withoutSecret(fields) })
      return shown(account, fields.password !== undefined)
    },
  })

/** `users/:name`: a change of an account, or its end. */
export const user = (site: Site) =>
  resource(site, {
    async PATCH({ context, record }) {
      requireAccounts(site)
      const fields = await readBody(context, changes)
      const name = context.req.param("name") ?? ""
      const { superuser = true, isActive = true } = fields
      if (!(superuser && isActive)) await requireAnotherSuperuser(site, name)
      const { users: store } = site.store
      const account = await store.set(name, fields)
      await record({ action: "user.set", target: account.name, details: withoutSecret(fields) })
      return shown(account, (await store.namesWithPassword()).has(account.name))
    },
    async DELETE({ context, user: self, record }) {
      requireAccounts(site)
      const name = context.req.param("name") ?? ""
      const account = await site.store.users.find(name)
      if (account?.name === self.name) throw new HttpError(refusals.oneself)
      await requireAnotherSuperuser(site, name)
      await site.store.users.remove(name)
      await record({ action: "user.remove", target: account?.name ?? name, details: {} })
      return {}
    },
  })

function requireAccounts({ settings }: Site): void {
  if (settings.authenticate !== undefined) throw new HttpError(refusals.accountsElsewhere)
}

/** @throws HttpError 409 when this is the only account that can enter the admin. */
async function requireAnotherSuperuser({ store }: Site, name: string): Promise<void> {
  const all = await store.users.list()
  const superusers = all.filter(({ superuser, isActive }) => superuser && isActive)
  const account = await store.users.find(name)
  if (superusers.length === 1 && superusers[0]?.name === account?.name) {
    throw new HttpError(refusals.lastSuperuser)
  }
}

function withoutSecret({ password, ...fields }: AccountFields) {
  return { ...fields, ...(password !== undefined && { password: "changed" }) }
}

function shown({ name, staff, superuser, isActive, groups }: Account, hasPassword: boolean) {
  return { name, staff, superuser, isActive, groups, hasPassword }
}
