import type { InstantUser } from "../accounts/user.js"
import { issueCsrfToken } from "./csrf.js"
import { endpoint, type RequestContext, type Site } from "./endpoint.js"
import { requireVisitor } from "./visitor.js"

/** `GET` or `POST /instant/get_token/`: what a client needs to connect and to subscribe. */
export const getToken = (site: Site) =>
  endpoint(["GET", "POST"], async (context) => {
    const visitor = await requireVisitor(site, context)
    return tokens(site, context, { visitor, csrf_token: issueCsrfToken(context) })
  })

/** Answers the tokens of a visitor, their keys in the order of the contract. */
export async function tokens(
  { settings, store, tokens: signer }: Site,
  context: RequestContext,
  { visitor, csrf_token }: { readonly visitor: InstantUser | null; readonly csrf_token: string },
): Promise<Response> {
  const { websocketUrl } = settings
  const channels = await store.channels.forUser(visitor)
  const [ws_token, grants] = await Promise.all([
    signer.connection(visitor),
    signer.grants(visitor, channels),
  ])
  return context.json({
    csrf_token,
    ws_token,
    channels: grants,
    ...(websocketUrl !== undefined && { ws_url: websocketUrl }),
  })
}
