import { describe, expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import dcrf, {
  type ClientOptions,
  connect,
  createClient,
  DCRFClient,
  FifoQueue,
  IndexedDispatcher,
  type Serializer,
  type Transport,
} from "../src/index.js"
import { FakePeer } from "./fake-peer.js"
import { opened, reached, rejection } from "./scene.js"

const apple = { pk: 1, name: "apple" }

test("the default export connects too", async () => {
  const peer = new FakePeer(apple)
  const client = dcrf.connect("ws://peer", peer.options)
  expect(await client.list("things")).toEqual([apple])
  await client.close()
  expect(dcrf.createClient("ws://peer").status).toBe("idle")
})

describe("hooks", () => {
  test("may change what is sent, or return something else; `this` is the options", async () => {
    const peer = new FakePeer(apple)
    const options: ClientOptions & { token: string } = {
      ...peer.options,
      token: "t",
      preprocessPayload(stream, payload, requestId) {
        expect(this).toBe(options)
        expect(payload.request_id).toBe(requestId)
        payload.seen = `${stream} ${options.token}`
      },
      preprocessMessage(message) {
        expect(this).toBe(options)
        return { ...message, extra: true }
      },
    }
    const client = connect("ws://peer", options)
    const data = { mine: true }
    await client.list("things", data)
    await client.subscribe("things", 1)
    expect(peer.messages).toMatchObject([
      { stream: "things", extra: true, payload: { action: "list", seen: "things t" } },
      {
        stream: "things",
        extra: true,
        payload: { action: "subscribe_instance", seen: "things t" },
      },
    ])
    expect(data).toEqual({ mine: true })
    await client.close()
  })

  test("builders are called with the client, which has the defaults", async () => {
    const peer = new FakePeer(apple)
    const events = new Queue<unknown>()
    const client: DCRFClient = connect("ws://peer", {
      ...peer.options,
      pkField: "id",
      buildMultiplexedMessage(stream, payload): object {
        expect(this).toBe(client)
        return { stream, payload, by: this.pkField }
      },
      buildSubscribePayload: (action, args, requestId) => ({
        action,
        ...args,
        request_id: requestId,
        built: true,
      }),
      buildUnsubscribePayload: (action, args, requestId) => ({
        action,
        ...args,
        request_id: requestId,
        built: "too",
      }),
    })
    await client.subscribe("things", 1, events.push).then(() => {})
    await client.unsubscribeAll()
    expect(peer.messages).toMatchObject([
      { by: "id", payload: { action: "subscribe_instance", built: true, pk: 1 } },
      { by: "id", payload: { action: "unsubscribe_instance", built: "too", pk: 1 } },
    ])
    expect(client.buildSubscribeUpdateSelector("things", "x")).toEqual({
      stream: "things",
      payload: { action: "update", request_id: "x" },
    })
    await client.close()
  })

  test("custom selectors choose what is an answer and what is an event", async () => {
    const peer = new FakePeer(apple)
    const events = new Queue<unknown>()
    const client = connect("ws://peer", {
      ...peer.options,
      buildRequestResponseSelector: (stream, requestId) => ({ stream, payload: { re: requestId } }),
      buildSubscribeUpdateSelector: (stream) => ({ stream, payload: { action: "changed" } }),
    })
    peer.answer = ({ payload: { request_id, action } }) => [
      { re: request_id, action, response_status: 200, data: action },
    ]
    expect(await client.request("things", { action: "echo" })).toBe("echo")
    const subscription = client.subscribe("things", 1, (data, action) =>
      events.push([action, data]),
    )
    await subscription
    peer.send({ action: "changed", data: apple })
    peer.send({ action: "other", data: apple, request_id: subscription.id })
    peer.send({ action: "delete", data: { pk: 1 }, request_id: subscription.id })
    expect(await events.next()).toEqual(["changed", apple])
    expect(await events.next()).toEqual(["delete", { pk: 1 }])
    await client.close()
  })
})

describe("parts", () => {
  test("serializer, queue and dispatcher are used", async () => {
    const peer = new FakePeer(apple)
    const used: string[] = []
    const serializer: Serializer = {
      serialize: (message) => JSON.stringify({ ...message, by: "own" }),
      deserialize: (text) => {
        used.push("deserialize")
        return JSON.parse(text)
      },
    }
    class Queue extends FifoQueue {
      override queueMessage(text: string): boolean {
        used.push("queue")
        return super.queueMessage(text)
      }
    }
    class Dispatcher extends IndexedDispatcher {
      override dispatch(message: object): number {
        used.push("dispatch")
        return super.dispatch(message)
      }
    }
    const parts = { serializer, queue: new Queue(), dispatcher: new Dispatcher() }
    const client = connect("ws://peer", { ...peer.options, ...parts })
    expect(client).toMatchObject(parts)
    expect(await client.list("things")).toEqual([apple])
    expect(peer.messages).toMatchObject([{ by: "own" }])
    expect(used).toEqual(["queue", "deserialize", "dispatch"])
    await client.close()
  })

  test("a transport as of the original, which tells no close, is followed", async () => {
    const transport = new BareTransport()
    const client = new DCRFClient(
      new IndexedDispatcher(),
      transport,
      new FifoQueue(),
      { serialize: JSON.stringify, deserialize: JSON.parse },
      {},
    )
    const waiting = client.list("things")
    client.initialize()
    const [list] = transport.sent
    transport.answer(list, { response_status: 200, data: [apple] })
    expect(await waiting).toEqual([apple])
    const events = new Queue<unknown>()
    const subscribed = client.subscribe("things", 1, events.push, "s")
    transport.answer(transport.sent[1], { response_status: 201, action: "subscribe_instance" })
    expect(await subscribed).toBeNull()
    const lost = rejection(client.retrieve("things", 1))
    transport.tell("reconnect")
    expect(await lost).toMatchObject({ kind: "connection" })
    expect(transport.sent.length).toBe(4)
    expect(transport.sent[3]).toEqual(transport.sent[1])
    transport.answer(transport.sent[3], { action: "update", data: apple })
    expect(await events.next()).toEqual(apple)
    const dropped = rejection(client.retrieve("things", 1))
    client.reconnect()
    expect(await dropped).toMatchObject({ kind: "connection" })
    expect(transport.disconnected).toBe(1)
    transport.tell("close")
    expect(client.status).toBe("reconnecting")
    transport.tell("reconnect")
    await opened(client)
    await client.close(false)
    expect(transport.disconnected).toBe(2)
    await reached(client, "closed")
  })
})

/** Connects at once, and has only what the original asks of a transport. */
class BareTransport implements Transport {
  readonly sent: { stream: string; payload: { request_id: string } }[] = []
  disconnected = 0
  readonly #listeners = new Map<string, (event: unknown) => void>()
  #isConnected = false

  connect(): boolean {
    this.#isConnected = true
    this.tell("connect")
    return true
  }

  disconnect(): boolean {
    this.disconnected++
    this.#isConnected = false
    return true
  }

  isConnected(): boolean {
    return this.#isConnected
  }

  on(event: string, listener: (event: unknown) => void): void {
    this.#listeners.set(event, listener)
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }

  tell(event: string, argument?: object): void {
    this.#listeners.get(event)?.(argument)
  }

  answer(message: BareTransport["sent"][0] | undefined, payload: object): void {
    const { stream, payload: asked } = message ?? { stream: "", payload: { request_id: "" } }
    const data = JSON.stringify({ stream, payload: { request_id: asked.request_id, ...payload } })
    this.tell("message", { data })
  }
}

describe("without a multiplexer", () => {
  test("payloads travel bare, both ways", async () => {
    const peer = new FakePeer(apple)
    peer.isBare = true
    const client = connect("ws://peer", { ...peer.options, multiplexed: false })
    const events = new Queue<unknown>()
    client.onEvent(events.push)
    expect(await client.list("things")).toEqual([apple])
    expect(await rejection(client.retrieve("", 9))).toMatchObject({ status: 404 })
    await client.subscribe("things", 1, events.push)
    peer.change(1, { name: "ape" })
    expect(await events.next()).toEqual({ pk: 1, name: "ape" })
    peer.send({ action: "update", data: apple, request_id: null })
    expect(await events.next()).toMatchObject({ stream: "", data: apple })
    expect(client.buildRequestResponseSelector("things", "x")).toEqual({ request_id: "x" })
    await client.close()
  })
})

describe("the dispatcher", () => {
  test("matches at any depth, with and without a request id", () => {
    const dispatcher = new IndexedDispatcher()
    const heard: string[] = []
    const hear = (name: string) => () => void heard.push(name)
    dispatcher.listen({ stream: "a", payload: { request_id: 1 } }, hear("indexed"))
    dispatcher.listen({ request_id: 1 }, hear("bare"))
    dispatcher.listen({ down: { the: { rabbit: "hole" } } }, hear("deep"))
    dispatcher.listen({}, hear("all"))
    expect(dispatcher.dispatch({ stream: "a", payload: { request_id: 1, more: true } })).toBe(2)
    expect(dispatcher.dispatch({ stream: "b", payload: { request_id: 1 } })).toBe(1)
    expect(dispatcher.dispatch({ request_id: 1, payload: null })).toBe(2)
    expect(dispatcher.dispatch({ down: { the: { rabbit: "hole", other: 1 } } })).toBe(2)
    expect(dispatcher.dispatch({ down: { the: "rabbit" } })).toBe(1)
    expect(heard).toEqual(["all", "indexed", "all", "all", "bare", "deep", "all", "all"])
  })

  test("once() is once, and cancel() says whether it was there", () => {
    const dispatcher = new IndexedDispatcher()
    const message = { payload: { request_id: "x" } }
    const heard: string[] = []
    const second = () => heard.push("second")
    dispatcher.once(message, () => {
      heard.push("first")
      expect(dispatcher.cancel(id)).toBe(true)
    })
    const id = dispatcher.listen(message, second)
    expect(dispatcher.dispatch(message)).toBe(1)
    expect(dispatcher.dispatch(message)).toBe(0)
    expect(heard).toEqual(["first"])
    expect(dispatcher.cancel(id)).toBe(false)
  })
})

test("a client that was made but not opened keeps what is asked", async () => {
  const peer = new FakePeer(apple)
  const client = createClient("ws://peer", peer.options)
  const waiting = client.list("things")
  client.resubscribe()
  client.initialize()
  await opened(client)
  expect(await waiting).toEqual([apple])
  await client.close()
})
