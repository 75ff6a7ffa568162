import { type Instant, type InstantOptions, useInstant } from "djangoinstant"
import { FakeServer, type FakeServerOptions } from "djangoinstant/testing"

/** A server with the channels `$lobby` and `news`, and a client of it. */
export class Scene implements Disposable {
  readonly server: FakeServer
  readonly instant: Instant

  constructor(server: FakeServer, instant: Instant) {
    this.server = server
    this.instant = instant
  }

  /** With nobody logged in yet, and nothing but `init` called. */
  static async loggedOut(
    options: FakeServerOptions = {},
    more: InstantOptions = {},
  ): Promise<Scene> {
    const server = new FakeServer({
      channels: [
        { name: "news", level: "public" },
        { name: "lobby", level: "users" },
      ],
      ...options,
    })
    const instant = useInstant({ ...server.options, ...more })
    await instant.init(server.url)
    return new Scene(server, instant)
  }

  /** With `user` logged in. */
  static async loggedIn(options?: FakeServerOptions, more?: InstantOptions): Promise<Scene> {
    const scene = await Scene.loggedOut(options, more)
    await scene.instant.login("user", "secret")
    return scene
  }

  static async connected(options?: FakeServerOptions, more?: InstantOptions): Promise<Scene> {
    const scene = await Scene.loggedIn(options, more)
    await scene.instant.connect()
    return scene
  }

  [Symbol.dispose](): void {
    this.instant.destroy()
  }
}
