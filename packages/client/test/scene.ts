import { type Instant, type InstantOptions, useInstant } from "djangoinstant"
import { FakeBackend } from "./fake-backend.js"

/** A fake backend and a client of it, with `user` logged in. */
export class Scene implements AsyncDisposable {
  readonly backend: FakeBackend
  readonly realtime: FakeBackend["realtime"]
  readonly instant: Instant

  constructor(backend: FakeBackend, instant: Instant) {
    this.backend = backend
    this.realtime = backend.realtime
    this.instant = instant
  }

  /** With nobody logged in yet, and nothing but `init` called. */
  static async loggedOut(options: InstantOptions = {}): Promise<Scene> {
    const backend = await FakeBackend.start()
    const instant = useInstant({ reconnectDelay: { min: 1, max: 5 }, ...options })
    await instant.init(backend.url, backend.websocketsUrl)
    return new Scene(backend, instant)
  }

  static async loggedIn(options: InstantOptions = {}): Promise<Scene> {
    const scene = await Scene.loggedOut(options)
    await scene.instant.login("user", "secret")
    return scene
  }

  static async connected(options: InstantOptions = {}): Promise<Scene> {
    const scene = await Scene.loggedIn(options)
    await scene.instant.connect()
    return scene
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.instant.getClient()?.disconnect()
    await this.backend[Symbol.asyncDispose]()
  }
}

/** What a publisher sends; `channel` and `site` are filled in. */
export function envelope(message: unknown, more: object = {}) {
  return { channel: "news", site: "Site", message, ...more }
}
