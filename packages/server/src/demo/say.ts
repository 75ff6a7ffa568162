import { z } from "zod"
import type { InstantUser } from "../accounts/user.js"
import type { RequestContext } from "../http/endpoint.js"
import { readJson } from "../http/json-body.js"
import { requireOwnSite } from "../http/own-site.js"
import { HttpError, type Refusal, refusals } from "../http/refusals.js"
import type { Instant } from "../instant.js"
import { bareName } from "./channels.js"

const wordsSchema = z.object({
  channel: z.string(),
  text: z.string().trim().min(1).max(500),
})

const badWords: Refusal = {
  status: 400,
  code: "bad_request",
  message:
    'Send a JSON object with the texts "channel" and "text", the latter of 1 to 500 characters',
}

const notTheirs: Refusal = {
  status: 403,
  code: "not_yours",
  message: "You have no channel of this name to talk in",
}

/** Where people talk. The other channels are for what the server has to say. */
const chats = ["lobby", "team"]

/** `POST /demo/say`: publishes a text of the signed-in visitor to a chat that they see. */
export async function say(instant: Instant, context: RequestContext): Promise<Response> {
  requireOwnSite(context, [])
  const user = await instant.userOf(context.req.raw, context.env)
  if (user === null) throw new HttpError(refusals.notSignedIn)
  const words = wordsSchema.safeParse(await readJson(context))
  if (!words.success) throw new HttpError(badWords)
  const { channel, text } = words.data
  if (!(await mayTalk(instant, user, channel))) throw new HttpError(notTheirs)
  await instant.publish(channel, text, { eventClass: "chat", data: { from: user.name } })
  return context.json({})
}

async function mayTalk(instant: Instant, user: InstantUser, name: string): Promise<boolean> {
  const channel = await instant.channels.find(name)
  if (channel === undefined || !chats.includes(bareName(channel.name))) return false
  return (await instant.channels.forUser(user)).some((theirs) => theirs.name === channel.name)
}
