import type { SubscribedContext, Subscription } from "centrifuge"
import type { RunningEngine } from "../running/running-engine.js"
import { openSocket, type Socket } from "../running/socket.js"
import { BrokenLink } from "./broken-link.js"
import { within } from "./within.js"

/** Tokens that the engine's clock takes for old. */
const TOKEN_EXPIRED = 109

/** A visitor who connects, subscribes and receives as a page does. */
export class LiveVisitor {
  readonly #socket: Socket
  readonly #url: string
  readonly #channel: string
  #subscription: Subscription | undefined

  /** @param channel what it subscribes to */
  constructor(engine: RunningEngine, channel: string) {
    this.#socket = openSocket(engine, "instant-doctor")
    this.#url = engine.websocketUrl
    this.#channel = channel
  }

  /**
   * Connects: the engine looks at the token.
   * @returns whether there is a connection; without one the token was not looked at.
   * @throws BrokenLink "token" when the engine refuses it.
   */
  async connect(): Promise<boolean> {
    const { client } = this.#socket
    const outcome = new Promise<boolean>((resolve, reject) => {
      client.on("connected", () => resolve(true))
      client.on("disconnected", ({ code, reason }) => reject(refusedToken(code, reason)))
      client.on("error", ({ error: { code, message } }) => {
        if (code === TOKEN_EXPIRED) reject(refusedToken(code, message))
        else resolve(false)
      })
    })
    client.connect()
    return within(outcome, () => this.noSocket())
  }

  /** What is said when no socket opens. */
  noSocket(): BrokenLink {
    const fault = this.#socket.fault() ?? "no answer"
    return new BrokenLink(
      "socket",
      `No websocket opens at ${this.#url} (${fault}): have what is before the server pass ` +
        "/connection/websocket on as a websocket, and set websocketUrl to where browsers find it",
    )
  }

  /** Subscribes with a token. @throws BrokenLink "subscribe" */
  async subscribe(): Promise<SubscribedContext> {
    const { client, signer, user } = this.#socket
    const subscription = client.newSubscription(this.#channel, {
      getToken: () => signer.subscription(user, this.#channel),
    })
    this.#subscription = subscription
    const outcome = new Promise<SubscribedContext>((resolve, reject) => {
      subscription.on("subscribed", resolve)
      subscription.on("unsubscribed", ({ code, reason }) => reject(refused(code, reason)))
      subscription.on("error", ({ error: { code, message } }) => reject(refused(code, message)))
      client.on("disconnected", ({ code, reason }) => reject(refused(code, reason)))
    })
    subscription.subscribe()
    return within(outcome, () => refused(0, "no answer"))
  }

  /** Resolves when a publication with this data arrives. */
  arrivalOf(data: string): Promise<void> {
    return new Promise((resolve) => {
      this.#subscription?.on("publication", (publication) => {
        if (publication.data === data) resolve()
      })
    })
  }

  /** Waits for what was published. @throws BrokenLink "receive" when it doesn't arrive. */
  receive(arrival: Promise<void>): Promise<void> {
    return within(
      arrival,
      () =>
        new BrokenLink(
          "receive",
          `What was published did not arrive at ${this.#url}: have the API's address and the ` +
            "socket's lead to the same engine",
        ),
    )
  }

  /** Goes. */
  leave(): void {
    this.#socket.client.disconnect()
  }
}

function refusedToken(code: number, reason: string): BrokenLink {
  const cure =
    code === TOKEN_EXPIRED
      ? "have both machines set their clocks by NTP"
      : "have INSTANT_TOKEN_KEY, or engine.tokenSecret, be the engine's client.token.hmac_secret_key"
  return new BrokenLink("token", `The engine refuses the tokens (${code} ${reason}): ${cure}`)
}

function refused(code: number, reason: string): BrokenLink {
  return new BrokenLink(
    "subscribe",
    `The engine lets nobody subscribe (${code} ${reason}): look at client.subscription_token and ` +
      "channel of its configuration",
  )
}
