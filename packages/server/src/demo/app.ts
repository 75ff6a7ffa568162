import { Hono } from "hono"
import type { Logger } from "pino"
import { answerError } from "../http/answer-error.js"
import type { RequestContext, RequestEnvironment } from "../http/endpoint.js"
import { limitBody } from "../http/limit-body.js"
import { servePage } from "../http/serve-page.js"
import type { Instant } from "../instant.js"
import { demoChannels, sightOf } from "./channels.js"
import type { Feed } from "./feed.js"
import { reportHits } from "./hits.js"
import { type Person, people } from "./people.js"
import { say } from "./say.js"

/** What the demo answers with. */
export interface DemoParts {
  readonly instant: Instant
  readonly feed: Feed
  /** The folder of the built page. */
  readonly folder: string
  readonly log: Logger | undefined
}

/** The page, what it asks for under `/demo/`, and behind them all that the instance answers. */
export function demoApp({ instant, feed, folder, log }: DemoParts) {
  const app = new Hono<{ Bindings: RequestEnvironment }>()
  app.onError(answerError({ log }))
  app.use(reportHits(feed))
  app.use("/demo/*", limitBody())
  app.get("/demo/session", (context) => session(instant, context))
  app.get("/demo/ping", (context) => context.body(null, 204))
  app.post("/demo/say", (context) => say(instant, context))
  servePage(app, { folder, path: "" })
  app.all("*", ({ req, env }) => instant.fetch(req.raw, env))
  return app
}

/** `GET /demo/session`: who is signed in, who can be, and what each of them sees. */
async function session(instant: Instant, context: RequestContext): Promise<Response> {
  const user = await instant.userOf(context.req.raw, context.env)
  context.header("Cache-Control", "no-store")
  return context.json({
    user: user?.name ?? null,
    channels: demoChannels,
    people: await Promise.all(people.map((person) => withSight(instant, person))),
  })
}

async function withSight(instant: Instant, person: Person) {
  const account = await instant.users.find(person.name)
  const channels = await instant.channels.forUser(account ?? null)
  return { ...person, sees: sightOf(channels.map(({ name }) => name)) }
}
