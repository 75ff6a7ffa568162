import type { FakeReply } from "./answers.js"
import { BackgroundTimer } from "./background-timer.js"
import { End, type EndCode, ended, Refusal, type RefusalCode } from "./codes.js"
import { commands } from "./commands.js"
import type { FakeCommand } from "./fake-command.js"
import { type Fields, textIn } from "./fields.js"
import { fieldsOf } from "./fields-of.js"
import type { Hub } from "./hub.js"
import type { Subscription } from "./member.js"
import { type Identity, infoOf, type Peer, PING_INTERVAL } from "./peer.js"
import type { ServerEnd, Wire } from "./wire.js"

/** How long a connection or subscription may be over before the server ends it, in milliseconds. */
const GRACE = 25_000

/** The server's side of one connection. */
export class Session implements Peer, ServerEnd {
  readonly hub: Hub
  readonly subscriptions = new Map<string, Subscription>()
  identity: Identity | undefined
  readonly #wire: Wire
  readonly #heart = new BackgroundTimer()
  #state: "listening" | "refused" | "ended" = "listening"
  #frame: string[] = []
  #awaitsPong = false

  constructor(hub: Hub, wire: Wire) {
    this.hub = hub
    this.#wire = wire
    hub.enter(this)
  }

  get user(): string {
    return this.identity?.user ?? ""
  }

  received(frame: string): void {
    for (const line of frame.split("\n")) {
      if (this.#state !== "ended") this.#take(line)
    }
  }

  gone(): void {
    this.#state = "ended"
    this.#heart.stop()
    this.hub.leave(this)
    for (const channel of [...this.subscriptions.keys()]) this.#drop(channel)
  }

  accept(identity: Identity): void {
    if (this.identity === undefined) this.#heart.every(PING_INTERVAL, () => this.#beat())
    this.identity = identity
  }

  subscribe(channel: string, subscription: Subscription): void {
    this.subscriptions.set(channel, subscription)
  }

  unsubscribe(channel: string, code?: EndCode): void {
    this.#drop(channel)
    if (code !== undefined) this.push({ channel, unsubscribe: code })
  }

  push(push: object): void {
    this.#send({ push })
  }

  end({ code, reason }: EndCode): void {
    if (this.#state === "ended") return
    this.#wire.closeFromServer(code, reason)
  }

  #take(line: string): void {
    const command = parse(line)
    if (command === undefined) {
      this.end(ended.badRequest)
      return
    }
    const { id, ...rest } = command
    const [method, request] = Object.entries(rest)[0] ?? []
    if (method === undefined) this.#awaitsPong = false
    else if (this.#state === "listening")
      this.#answer({ method, request: fieldsOf(request), user: this.user }, id)
  }

  #answer(command: FakeCommand, id: unknown): void {
    const { method, request } = command
    const { answers, commands: record } = this.hub.parts
    record.add(command)
    const otherwise = answers.ofCommand(method, textIn(request, "channel"))
    if (otherwise === "silence") return
    try {
      if (otherwise !== undefined) this.#answerOtherwise(otherwise, method, id)
      else {
        const { result, after } = this.#run(method, request)
        this.#send({ id, [method]: result })
        after?.()
      }
    } catch (error) {
      if (error instanceof Refusal) this.#refuse(error.refusal, method, id)
      else if (error instanceof End) this.end(error.end)
      else throw error
    }
  }

  #run(method: string, request: Fields) {
    const run = commands[method]
    if (run === undefined || (this.identity === undefined) !== (method === "connect")) {
      throw new End(ended.badRequest)
    }
    return run(this, request)
  }

  #answerOtherwise(reply: FakeReply, method: string, id: unknown): void {
    if ("error" in reply) this.#refuse(reply.error, method, id)
    else if ("push" in reply) this.push(reply.push)
    else if ("close" in reply) this.end(reply.close)
    else this.#send({ id, [method]: reply.result })
  }

  #refuse(error: RefusalCode, method: string, id: unknown): void {
    this.#send({ id, error })
    // What follows a refused connect is passed over.
    if (method === "connect") this.#state = "refused"
  }

  /** What is sent at once goes as one frame. */
  #send(message: object): void {
    if (this.#state === "ended") return
    this.#frame.push(JSON.stringify(message))
    if (this.#frame.length > 1) return
    this.#wire.toClient(() => {
      const frame = this.#frame.join("\n")
      this.#frame = []
      return frame
    })
  }

  #drop(channel: string): void {
    if (!this.subscriptions.delete(channel) || this.identity === undefined) return
    this.hub.part(channel, infoOf(this.identity))
  }

  #beat(): void {
    const now = this.hub.parts.time.now()
    if (this.#awaitsPong) this.end(ended.noPong)
    else if (this.identity !== undefined && now >= this.identity.expiresAt + GRACE) {
      this.end(ended.connectionExpired)
    } else {
      for (const [channel, { expiresAt = Number.POSITIVE_INFINITY }] of [...this.subscriptions]) {
        if (now >= expiresAt + GRACE) this.unsubscribe(channel, ended.subscriptionExpired)
      }
      this.#awaitsPong = true
      this.#send({})
    }
  }
}

function parse(line: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(line))
  } catch {
    return undefined
  }
}
