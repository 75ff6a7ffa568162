import { setTimeout } from "node:timers/promises"
import type { z } from "zod"
import { channelName, turnOf } from "../channels.js"
import { micros } from "../clock.js"
import { Histogram } from "../histogram.js"
import { payload } from "../payload.js"
import { answerCommands } from "../process/commands.js"
import { ApiConnection } from "./api-connection.js"
import { type BackendCommand, backendCommand, type flooded } from "./backend-commands.js"
import { CpuShare } from "./cpu-share.js"

/** A publication that failed is tried again after so long, in milliseconds. */
const RETRY_DELAY = 5
/** A server that has been away for longer than this won't come back, in microseconds. */
const PATIENCE = 30_000_000

/** An application that publishes over the server's HTTP API. */
class Backend {
  readonly #port: number
  readonly #channels: number
  readonly #connection: ApiConnection
  #publications = 0
  #retries = 0
  #isPublishing = false
  #ended: Promise<void> = Promise.resolve()

  constructor(port: number, channels: number) {
    this.#port = port
    this.#channels = channels
    this.#connection = new ApiConnection(port)
  }

  get published(): { readonly publications: number; readonly retries: number } {
    return { publications: this.#publications, retries: this.#retries }
  }

  /** Publishes so many, one after the other. */
  async publish(publications: number): Promise<void> {
    for (let i = 0; i < publications; i++) await this.#insist(micros())
  }

  /** Begins to publish at a rate. */
  begin(rate: number): void {
    this.#isPublishing = true
    this.#ended = this.#keepPublishing(rate)
    // It is told at the end.
    this.#ended.catch(() => undefined)
  }

  /** Stops publishing. @throws Error when the server stayed away. */
  async end(): Promise<void> {
    this.#isPublishing = false
    await this.#ended
  }

  async #keepPublishing(rate: number): Promise<void> {
    const start = micros()
    for (let i = 0; this.#isPublishing; i++) {
      const due = start + (i * 1e6) / rate
      await until(due)
      // Its clock starts when it was due: what waits for the one before has waited.
      await this.#insist(Math.min(due, micros()))
    }
  }

  /** Publishes one until it is acknowledged: the key keeps it from being two. */
  async #insist(at: number): Promise<void> {
    const request = this.#request(at)
    for (;;) {
      try {
        return await this.#connection.publish(request)
      } catch (error) {
        if (micros() - at > PATIENCE) throw error
        this.#retries++
        await setTimeout(RETRY_DELAY)
      }
    }
  }

  #request(at: number): object {
    const index = this.#publications++
    const { channel, sequence } = turnOf(index, this.#channels)
    return {
      channel: channelName(channel),
      data: payload({ at, sequence }),
      idempotency_key: String(index),
    }
  }

  /** Publishes over several connections at once, without keys. */
  async flood(
    connections: number,
    seconds: number,
    rate?: number,
  ): Promise<z.infer<typeof flooded>> {
    const cpu = new CpuShare()
    const latencies = new Histogram()
    const before = this.#publications
    const start = micros()
    const end = start + seconds * 1e6
    const publishInTurn = async (first: number): Promise<void> => {
      const connection = new ApiConnection(this.#port)
      for (let i = first; ; i += connections) {
        const due = rate === undefined ? micros() : start + (i * 1e6) / rate
        if (due >= end) break
        await until(due)
        const { channel, sequence } = turnOf(this.#publications++, this.#channels)
        const data = payload({ at: due, sequence })
        await connection.publish({ channel: channelName(channel), data })
        latencies.add(micros() - due)
      }
      connection.close()
    }
    await Promise.all(Array.from({ length: connections }, (_, i) => publishInTurn(i)))
    return {
      publications: this.#publications - before,
      total: this.#publications,
      micros: micros() - start,
      latencies: latencies.entries(),
      cpuShare: cpu.read(),
    }
  }
}

/** Timers are good to a millisecond. */
async function until(due: number): Promise<void> {
  const wait = (due - micros()) / 1000
  if (wait > 0) await setTimeout(Math.ceil(wait))
}

let backend: Backend | undefined

answerCommands({
  schema: backendCommand,
  async handle(command: BackendCommand) {
    if (command.do === "open") {
      backend = new Backend(command.port, command.channels)
      return undefined
    }
    if (backend === undefined) throw new Error("the backend has not been opened")
    switch (command.do) {
      case "publish":
        await backend.publish(command.publications)
        return backend.published
      case "begin":
        return backend.begin(command.rate)
      case "end":
        await backend.end()
        return backend.published
      case "flood":
        return await backend.flood(command.connections, command.seconds, command.rate)
    }
  },
})
