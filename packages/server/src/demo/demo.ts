import type { Logger } from "pino"
import type { RequestEnvironment } from "../http/endpoint.js"
import { staticFolder } from "../http/static-folder.js"
import type { Instant } from "../instant.js"
import { demoApp } from "./app.js"
import { addChannels } from "./channels.js"
import { DemoError } from "./demo-error.js"
import { feedOf } from "./feed.js"
import { addPeople, type Person, people } from "./people.js"
import { reportVitals } from "./vitals.js"

/** How the demo is set up. */
export interface DemoOptions {
  /** The folder of the built page. @default `static` in this package */
  readonly folder?: string | undefined
  /** Where the demo reports what goes wrong. @default nowhere */
  readonly log?: Logger | undefined
}

/** The demo around an instance. */
export interface Demo {
  /** The ready-made people: user, member, staff, superuser. */
  readonly people: readonly Person[]
  /**
   * Answers the page at `/`, its assets and what it asks for under `/demo/`; the rest is the
   * instance's. Serve it in place of `instant.fetch`.
   */
  fetch(request: Request, environment?: RequestEnvironment): Promise<Response>
  /** Ends the feeds. The instance is its owner's to close. */
  close(): void
}

/**
 * Puts the demo around an instance: people and channels, which are made when they are missing, live
 * feeds of what the server does, and the page that shows them.
 * @throws DemoError in production, as everybody knows the people's passwords; also when one of their
 * names is taken, or when the engine is elsewhere.
 */
export async function installDemo(instant: Instant, options: DemoOptions = {}): Promise<Demo> {
  if (process.env.NODE_ENV === "production") {
    throw new DemoError(
      "The demo's people have known passwords: start without --demo when NODE_ENV is production",
    )
  }
  const { engine } = instant
  if (engine === undefined) throw new DemoError("The demo needs the engine in this process")
  const { folder = staticFolder, log } = options
  await addChannels(instant)
  await addPeople(instant)
  const feed = feedOf(instant, log)
  const app = demoApp({ instant, feed, folder, log })
  const endVitals = reportVitals(engine, feed)
  const endSignIns = instant.onSignIn(({ user: { name } }) => {
    feed("sign-ins", `${name} signed in`, { eventClass: "sign-in", data: { user: name } })
  })
  return {
    people,
    fetch: async (request, environment) => app.fetch(request, environment ?? {}),
    close() {
      endVitals()
      endSignIns()
    },
  }
}
