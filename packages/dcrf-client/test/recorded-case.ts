import { readFileSync } from "node:fs"
import { WebSocket } from "ws"
import { Queue } from "../../../test/queue.js"
import {
  type Client,
  connect,
  type DcrfError,
  type ServerPayload,
  type Subscription,
  type Untyped,
} from "../src/index.js"
import type { RunningFixture } from "./running-fixture.js"
import { opened } from "./scene.js"

/** A line of `frames.jsonl`: what was done, and what the server answered. */
export interface Step {
  readonly case: string
  readonly path: string
  readonly seed?: object
  readonly send?: Untyped
  readonly send_text?: string
  readonly http?: readonly [method: string, path: string, body: object]
  readonly recv: readonly Untyped[]
  readonly closed?: number
}

/** The recorded cases, by name. */
export const recorded = new Map<string, Step[]>()
for (const line of readFileSync(new URL("fixture/frames.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")) {
  const step: Step = JSON.parse(line)
  recorded.set(step.case, [...(recorded.get(step.case) ?? []), step])
}

/** What the application is told of a frame: of an answer, an event, or an error. */
export interface Heard {
  readonly id: string | null
  readonly action: unknown
  readonly data: unknown
  readonly errors: unknown
}

/** What it should be told. */
export function heardOf({ payload: inner, ...frame }: Untyped): Heard {
  const { request_id: id = null, action, data, body, errors = [] } = inner ?? frame
  // Whoever leaves a row that is gone need not hear of it.
  const own = /^unsubscribe/.test(action) ? [] : errors
  return { id: id === null ? null : String(id), action, data: data ?? body ?? null, errors: own }
}

/** A message with its stream and payload apart, and the request id as a text. */
export function messageOf({ stream = "", payload: inner, ...frame }: Untyped): object {
  const { request_id: id, ...payload } = inner ?? frame
  return { stream, payload: { ...payload, ...(id !== undefined && { request_id: String(id) }) } }
}

/** Actions that end what others began. */
const LEAVING: Readonly<Record<string, string>> = {
  subscribe_to_all: "unsubscribe_from_all",
  join: "leave",
}

/** Plays a recorded case through a client. */
export class Replay {
  /** What went out, as it was on the wire. */
  readonly sent = new Queue<Untyped>()
  readonly heard = new Queue<Heard>()
  /** Requests that were lost with the socket. */
  readonly lost = new Queue<DcrfError>()
  /** With which codes the socket was closed. */
  readonly codes = new Queue<number>()
  readonly #client: Client
  readonly #path: string
  readonly #subscriptions = new Map<string, Subscription<Untyped>>()

  constructor(fixture: RunningFixture, path: string) {
    const { sent, codes } = this
    this.#path = path
    this.#client = connect(fixture.url(path), {
      multiplexed: path === "/ws/",
      websocket: {
        minReconnectionDelay: 10,
        WebSocket: class extends WebSocket {
          override send(text: string): void {
            super.send(text)
            if (text.startsWith("{")) sent.push(JSON.parse(text))
          }
        },
      },
      onError: (error) => this.#failed(error),
    })
    this.#client.transport.on("close", ({ code }) => codes.push(code))
    this.#client.onEvent(({ payload }) => this.#told(null, payload))
  }

  async open(): Promise<void> {
    await opened(this.#client)
  }

  async close(): Promise<void> {
    await this.#client.close(false)
  }

  /** Sends what was sent, through the method that is there for it. */
  send({ send, send_text }: Step): void {
    if (send_text !== undefined) this.#client.transport.send(send_text)
    if (send === undefined) return
    const isBare = this.#path !== "/ws/"
    const { stream = "", payload = send } = isBare ? { payload: send } : send
    const isPlain = payload.request_id === undefined || (!isBare && stream === "")
    if (isPlain) this.#client.send(send)
    else this.#ask(stream, payload)
  }

  #ask(stream: string, payload: Untyped): void {
    const { action, request_id, pk, data, ...args } = payload
    const id = String(request_id)
    const client = this.#client
    const options = { requestId: id, args }
    if (/^(subscribe|join|follow)/.test(action)) this.#subscribe(stream, payload)
    else if (/^(unsubscribe|leave)/.test(action)) {
      this.#await(
        payload,
        this.#subscriptions
          .get(id)
          ?.cancel()
          .then(() => null),
      )
    } else if (action === "count_up" || this.#path === "/ws/streamed/") {
      const hear = (error: DcrfError | null, data: unknown) =>
        error ? this.#failed(error) : this.#told(id, { action, data })
      void client.streamingRequest(stream, { action, ...args }, hear, id)
    } else if (pk !== undefined && action === "retrieve") {
      this.#await(payload, client.retrieve(stream, pk, {}, options))
    } else if (pk !== undefined && action === "delete") {
      this.#await(payload, client.delete(stream, pk, {}, options))
    } else if (pk !== undefined && (action === "update" || action === "patch")) {
      this.#await(payload, client[action as "update" | "patch"](stream, pk, data, options))
    } else if (action === "create" && data !== undefined) {
      this.#await(payload, client.create(stream, data, options))
    } else if (action === "list" && data === undefined && args.limit !== null) {
      this.#await(payload, client.list(stream, args, options))
    } else this.#await(payload, client.request(stream, payload, id))
  }

  #subscribe(stream: string, { action, request_id, ...args }: Untyped): void {
    const id = String(request_id)
    const subscription = this.#client.subscribe(
      stream,
      args,
      (_data, _action, event) => this.#told(id, event),
      {
        requestId: id,
        includeCreateEvents: true,
        refetch: false,
        subscribeAction: action,
        unsubscribeAction: LEAVING[action] ?? "unsubscribe_instance",
      },
    )
    this.#subscriptions.set(id, subscription)
    this.#await({ action, request_id }, subscription)
  }

  #await({ action, request_id }: Untyped, answer: Promise<unknown> | undefined): void {
    answer?.then(
      (data) => this.#told(request_id, { action, data }),
      (error: DcrfError) => this.#failed(error),
    )
  }

  #told(request_id: unknown, payload: ServerPayload): void {
    this.heard.push(heardOf({ ...payload, request_id }))
  }

  #failed(error: DcrfError): void {
    const { action = null, data, errors, request_id } = error
    if (error.kind === "connection") this.lost.push(error)
    else this.#told(request_id, { action, data, errors })
  }
}
