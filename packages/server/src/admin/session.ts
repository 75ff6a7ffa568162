import { issueCsrfToken } from "../http/csrf.js"
import type { Site } from "../http/endpoint.js"
import { resource } from "./resource.js"

/** `session`: who is signed in, and what the page needs to know of the installation. */
export const session = (site: Site) =>
  resource(site, {
    async GET({ context, user }) {
      const { settings, engine } = site
      return {
        user: { id: user.id, name: user.name },
        csrfToken: issueCsrfToken(context),
        site: settings.site,
        engine: engine.embedded === undefined ? "remote" : "embedded",
        accounts: settings.authenticate === undefined,
        websocketUrl: settings.websocketUrl,
      }
    },
  })
