import type { FakeDcrfServer } from "dcrf-client/testing"

/** A socket of a fake server, as a page would use it without a client. */
export class PlainSocket {
  readonly #socket: WebSocket
  readonly #frames: unknown[] = []
  /** What happened, by the names of the events; of a close, with its code. */
  readonly events: string[] = []

  constructor(server: FakeDcrfServer, url: string, protocols?: string[]) {
    // The fake's class is a WebSocket's, as the test of its interface shows.
    this.#socket = new server.WebSocket(url, protocols) as WebSocket
    this.#socket.onmessage = ({ data }) => this.#frames.push(JSON.parse(data))
    this.#socket.onopen = () => this.events.push("open")
    this.#socket.onerror = () => this.events.push("error")
    this.#socket.onclose = ({ code }) => this.events.push(`close ${code}`)
  }

  static async open(server: FakeDcrfServer, url = server.url): Promise<PlainSocket> {
    const socket = new PlainSocket(server, url)
    await tasks()
    return socket
  }

  get raw(): WebSocket {
    return this.#socket
  }

  /** Sends, and returns what came of it. */
  async say(message: object | string): Promise<readonly unknown[]> {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message))
    return this.hear()
  }

  /** What has come since it was asked for last, and what is under way. */
  async hear(): Promise<readonly unknown[]> {
    await tasks()
    return this.#frames.splice(0)
  }
}

/** More tasks than anything takes in the fake: what hasn't happened then won't. */
const HOPS = 12

/** Waits until all that is under way has arrived. */
export async function tasks(): Promise<void> {
  for (let hop = 0; hop < HOPS; hop += 1) await new Promise((resolve) => setTimeout(resolve, 0))
}
