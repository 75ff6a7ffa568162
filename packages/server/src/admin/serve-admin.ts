import { join } from "node:path"
import type { Hono } from "hono"
import type { RequestEnvironment, Site } from "../http/endpoint.js"
import { servePage } from "../http/serve-page.js"
import { staticFolder } from "../http/static-folder.js"
import { audit } from "./audit.js"
import { history, presence, token } from "./channel-contents.js"
import { channel, channels } from "./channels.js"
import { connection, connections } from "./connections.js"
import { group, groups } from "./groups.js"
import { entry, outbox, retry } from "./outbox.js"
import { publish } from "./publish.js"
import { session } from "./session.js"
import { stats } from "./stats.js"
import { user, users } from "./users.js"

const PATH = "/instant/admin"

/** Serves the admin: its page to everyone, who may sign in there, and its API to superusers. */
export function serveAdmin(app: Hono<{ Bindings: RequestEnvironment }>, site: Site): void {
  const resources = {
    session,
    channels,
    "channels/:name": channel,
    "channels/:name/presence": presence,
    "channels/:name/history": history,
    "channels/:name/token": token,
    publish,
    users,
    "users/:name": user,
    groups,
    "groups/:name": group,
    connections,
    "connections/:client": connection,
    outbox,
    "outbox/retry": retry,
    "outbox/:id": entry,
    stats,
    audit,
  }
  for (const [path, resourceOf] of Object.entries(resources)) {
    app.all(`${PATH}/api/${path}`, resourceOf(site))
  }
  const { websocketUrl } = site.settings
  servePage(app, { folder: join(staticFolder, "admin"), path: PATH, websocketUrl })
}
