import type { ErrorKind, Status } from "djangoinstant"
import { z } from "zod"
import { Scene } from "./scene.js"

/** Who hears of it, besides `onStatus`. */
export type Told = "nobody" | "onDenied" | "onLoggedOut" | "onRecovered" | `onError, ${ErrorKind}`

/** Something that goes wrong, with what a page may count on: a row of the table in docs/djangoinstant.md. */
export interface Mishap {
  readonly cause: string
  readonly told: Told
  /** The status in which it ends. */
  readonly status: Status
  /** The call that waits meanwhile, and what it comes to. */
  readonly waiting: string
  readonly outcome: "resolves" | `rejects, ${ErrorKind}`
  /** Where it happens. @default connected, with a user */
  readonly scene?: () => Promise<Scene>
  /** Lets it happen, and gives what waits. */
  readonly happen: (scene: Scene) => Promise<unknown>
}

const busy = { error: { code: 100, message: "internal", temporary: true } }
const news = { name: "news", events: { "": z.object({ id: z.number() }) } } as const
const data = { id: 17 }

/** A history that has been asked for, and isn't answered before something happens. */
async function historyDuring({ instant, server }: Scene, happen: () => unknown): Promise<unknown> {
  const off = server.answer("history", "silence")
  const history = instant.history("news")
  history.catch(() => {})
  await server.commands.next(({ method }) => method === "history")
  off()
  await happen()
  return history
}

const arrivals: readonly Mishap[] = [
  {
    cause: "a handler throws, or its promise is rejected",
    told: "onError, handler",
    status: "connected",
    waiting: "history()",
    outcome: "resolves",
    happen: async ({ instant, server }) => {
      const off = instant.on("news", () => {
        off()
        throw new Error("of the application")
      })
      server.publish("news", "", { data })
      return instant.history("news")
    },
  },
  {
    cause: "a publication is no event",
    told: "onError, publication",
    status: "connected",
    waiting: "subscribe()",
    outcome: "resolves",
    happen: async ({ instant, server }) => {
      server.publishRaw("news", "plain text")
      return instant.subscribe("news")
    },
  },
  {
    cause: "an event's data isn't as declared",
    told: "onError, publication",
    status: "connected",
    waiting: "subscribe()",
    outcome: "resolves",
    scene: () => Scene.declared([news]),
    happen: async ({ instant, server }) => {
      server.publish("news", "", { data: { id: "a text" } })
      return instant.subscribe("news")
    },
  },
]

const channels: readonly Mishap[] = [
  {
    cause: "a channel is refused",
    told: "onDenied",
    status: "connected",
    waiting: "connect(), subscribe()",
    outcome: "resolves",
    scene: () => Scene.loggedIn(),
    happen: ({ instant, server }) => {
      server.answer("subscribe:$lobby", { error: { code: 103, message: "permission denied" } })
      return instant.connect()
    },
  },
  {
    cause: "a channel is taken away while it is subscribed",
    told: "onDenied",
    status: "connected",
    waiting: "history() of another one",
    outcome: "resolves",
    happen: ({ instant, server }) => {
      server.deny("lobby")
      return instant.history("news")
    },
  },
  {
    cause: "a subscription fails for a moment",
    told: "onError, subscription",
    status: "connected",
    waiting: "connect(), subscribe()",
    outcome: "resolves",
    scene: () => Scene.loggedIn(),
    happen: async ({ instant, server }) => {
      const off = server.answer("subscribe:$lobby", busy)
      instant.onError(off)
      return instant.connect()
    },
  },
]

const lines: readonly Mishap[] = [
  {
    cause: "connect() is called again",
    told: "nobody",
    status: "connected",
    waiting: "both",
    outcome: "resolves",
    scene: () => Scene.loggedIn(),
    happen: ({ instant }) => Promise.all([instant.connect(), instant.connect()]),
  },
  {
    cause: "the line is lost, and comes back",
    told: "onRecovered",
    status: "connected",
    waiting: "history()",
    outcome: "rejects, request",
    happen: (scene) => historyDuring(scene, () => scene.server.cut()),
  },
  {
    cause: "the server can't be reached",
    told: "onError, connection",
    status: "reconnecting",
    waiting: "history()",
    outcome: "rejects, request",
    happen: (scene) => historyDuring(scene, () => scene.server.refuse()),
  },
  {
    cause: "the tokens have expired",
    told: "nobody",
    status: "connected",
    waiting: "connect()",
    outcome: "resolves",
    scene: () => Scene.loggedIn(),
    happen: ({ instant, server }) => {
      server.expireTokens()
      return instant.connect()
    },
  },
  {
    cause: "the backend fails when a token has expired",
    told: "onError, connection",
    status: "connected",
    waiting: "connect()",
    outcome: "resolves",
    scene: () => Scene.loggedIn(),
    happen: ({ instant, server }) => {
      server.expireTokens()
      const off = server.answer("get_token/", { status: 500 })
      instant.onError(off)
      return instant.connect()
    },
  },
  {
    cause: "the server ends the connection for good, and the session goes on",
    told: "nobody",
    status: "failed",
    waiting: "history()",
    outcome: "rejects, request",
    happen: (scene) => historyDuring(scene, () => scene.server.close(3500, "invalid token")),
  },
]

const refusal: Mishap = {
  cause: "the server refuses the connection for good: origin, token, limit",
  told: "nobody",
  status: "failed",
  waiting: "connect()",
  outcome: "rejects, connection",
  scene: () => Scene.loggedIn(),
  happen: ({ instant, server }) => {
    server.answer("connect", { close: { code: 3500, reason: "invalid token" } })
    return instant.connect()
  },
}

const sessions: readonly Mishap[] = [
  {
    cause: "the tokens are revoked, and the session is over",
    told: "onLoggedOut",
    status: "loggedOut",
    waiting: "history()",
    outcome: "rejects, request",
    happen: (scene) => historyDuring(scene, () => scene.server.endSession("user")),
  },
  {
    cause: "the session is over when a token has expired",
    told: "onLoggedOut",
    status: "loggedOut",
    waiting: "connect()",
    outcome: "rejects, connection",
    scene: () => Scene.loggedIn(),
    happen: ({ instant, server }) => {
      server.expireTokens()
      server.answer("get_token/", { status: 403 })
      return instant.connect()
    },
  },
  {
    cause: "another user has logged in in another tab when a token has expired",
    told: "onLoggedOut",
    status: "loggedOut",
    waiting: "connect()",
    outcome: "rejects, connection",
    scene: () => Scene.loggedIn(),
    happen: ({ instant, server }) => {
      server.expireTokens()
      server.loginElsewhere("other")
      return instant.connect()
    },
  },
  {
    cause: "login() of another user, or init()",
    told: "nobody",
    status: "idle",
    waiting: "history()",
    outcome: "rejects, request",
    happen: (scene) => historyDuring(scene, () => scene.instant.login("other", "secret")),
  },
  {
    cause: "logout()",
    told: "onLoggedOut",
    status: "loggedOut",
    waiting: "history()",
    outcome: "rejects, request",
    happen: (scene) => historyDuring(scene, () => scene.instant.logout()),
  },
  {
    cause: "destroy()",
    told: "nobody",
    status: "idle",
    waiting: "history()",
    outcome: "rejects, request",
    happen: (scene) => historyDuring(scene, () => scene.instant.destroy()),
  },
]

/** In the order of the table. */
export const mishaps: readonly Mishap[] = [...arrivals, ...channels, ...lines, refusal, ...sessions]
