import {
  type ChannelDeclaration,
  type Instant,
  type InstantOptions,
  useInstant,
} from "djangoinstant"
import { FakeServer, type FakeServerOptions } from "djangoinstant/testing"
import { InstantClient } from "../src/instant-client.js"

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

  /** Connected, with what the events of some channels are declared to carry. */
  static async declared(channels: readonly ChannelDeclaration[]): Promise<Scene> {
    const { server } = await Scene.loggedOut()
    // useInstant would type it by the declarations, which are none of the tests' business.
    const instant = new InstantClient({ ...server.options, channels })
    await instant.init(server.url)
    await instant.login("user", "secret")
    await instant.connect()
    return new Scene(server, instant)
  }

  [Symbol.dispose](): void {
    this.instant.destroy()
  }
}
