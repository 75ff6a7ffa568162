import { setTimeout } from "node:timers/promises"
import { signConnectionToken } from "@instant-ws/engine"
import { channelName, publicationsIn } from "../channels.js"
import { micros } from "../clock.js"
import { Histogram } from "../histogram.js"
import { labelOf } from "../payload.js"
import { answerCommands } from "../process/commands.js"
import { CpuShare } from "./cpu-share.js"
import {
  type CrowdCommand,
  crowdCommand,
  type Entrance,
  type GatherCommand,
  type JitterCommand,
  type Reckoning,
} from "./crowd-commands.js"
import { Ledger } from "./ledger.js"
import { RecoveringClient, type Returns } from "./recovering-client.js"

/** Nothing for so long, in milliseconds, and what is missing won't come. */
const PATIENCE = 3_000
/** How often a wait looks, in milliseconds. */
const POLL = 10
/** A client that loses its connection comes back after up to so long, in milliseconds. */
const RETURN_WITHIN = 20

/** A client and what it has had. */
interface Member {
  readonly channel: number
  readonly client: RecoveringClient
  readonly ledger: Ledger
  isAway: boolean
}

/** Clients that come back and recover, and account for every publication. */
class Crowd {
  readonly #members: Member[] = []
  readonly #latencies = new Histogram()
  readonly #cpu = new CpuShare()
  #channels = 1
  #lastAt = 0
  #failure: unknown

  /** Makes the clients. */
  async gather({ port, clients, before, channels, secret }: GatherCommand): Promise<void> {
    this.#channels = channels
    for (let index = before; index < before + clients; index++) {
      const token =
        secret === undefined
          ? undefined
          : await signConnectionToken({ sub: `user-${index}`, exp: inAnHour() }, secret)
      const channel = index % channels
      const ledger = new Ledger()
      const client = new RecoveringClient({
        port,
        channel: channelName(channel),
        ...(token !== undefined && { token }),
        onData: (data) => this.#take(ledger, data),
        onLost: () => void this.#comeBack(member),
      })
      const member: Member = { channel, client, ledger, isAway: true }
      this.#members.push(member)
    }
  }

  #take(ledger: Ledger, data: unknown): void {
    const label = labelOf(data)
    if (label === undefined) return
    this.#lastAt = micros()
    if (ledger.enter(label.sequence)) this.#latencies.add(this.#lastAt - label.at)
  }

  async #comeBack(member: Member): Promise<void> {
    member.isAway = true
    await setTimeout(RETURN_WITHIN * Math.random())
    try {
      await member.client.open()
      member.isAway = false
    } catch (error) {
      this.#failure = error
    }
  }

  /** All connect and subscribe at once. @throws Error when the server refuses one. */
  async enter(): Promise<Entrance> {
    const before = this.#returns()
    const latencies = new Histogram()
    this.#cpu.restart()
    const start = micros()
    await Promise.all(
      this.#members.map(async (member) => {
        await member.client.open()
        member.isAway = false
        latencies.add(micros() - start)
      }),
    )
    const after = this.#returns()
    return {
      millis: (micros() - start) / 1000,
      latencies: latencies.entries(),
      attempts: after.attempts - before.attempts,
      recovered: after.recovered - before.recovered,
      unrecovered: after.unrecovered - before.unrecovered,
      cpuShare: this.#cpu.read(),
    }
  }

  #returns(): Returns {
    const sum = { attempts: 0, recovered: 0, unrecovered: 0 }
    for (const { client } of this.#members) {
      sum.attempts += client.returns.attempts
      sum.recovered += client.returns.recovered
      sum.unrecovered += client.returns.unrecovered
    }
    return sum
  }

  /** Cuts all at once. */
  cut(): void {
    for (const member of this.#members) {
      member.isAway = true
      member.client.cut()
    }
  }

  /** Cuts clients at random, who come back by themselves; one that is away already isn't cut again. */
  async jitter({ rate, seconds }: JitterCommand): Promise<{ readonly cuts: number }> {
    const start = micros()
    const all = Math.round(rate * seconds)
    let due = 0
    let cuts = 0
    while (due < all) {
      const until = Math.min(all, Math.floor(((micros() - start) / 1e6) * rate))
      for (; due < until; due++) {
        const member = this.#members[Math.floor(Math.random() * this.#members.length)]
        if (member === undefined || member.isAway) continue
        member.client.cut()
        void this.#comeBack(member)
        cuts++
      }
      await setTimeout(1)
    }
    return { cuts }
  }

  /** Latencies count from here on. */
  forget(): void {
    this.#latencies.clear()
    this.#cpu.restart()
  }

  /** Waits for what is still to come, and reckons. @throws Error when a client could not come back. */
  async settle(publications: number): Promise<Reckoning> {
    const start = micros()
    while (!this.#isComplete(publications)) {
      if (this.#failure !== undefined) throw this.#failure
      if (micros() - Math.max(start, this.#lastAt) > PATIENCE * 1000) break
      await setTimeout(POLL)
    }
    const sum = { missing: 0, twice: 0, received: 0 }
    for (const { channel, ledger } of this.#members) {
      sum.missing += publicationsIn(channel, publications, this.#channels) - ledger.distinct
      sum.twice += ledger.twice
      sum.received += ledger.distinct
    }
    const { recovered, unrecovered } = this.#returns()
    const cpuShare = this.#cpu.read()
    return { ...sum, recovered, unrecovered, cpuShare, latencies: this.#latencies.entries() }
  }

  #isComplete(publications: number): boolean {
    return this.#members.every(
      ({ channel, ledger, isAway }) =>
        !isAway && ledger.distinct >= publicationsIn(channel, publications, this.#channels),
    )
  }
}

function inAnHour(): number {
  return Math.floor(Date.now() / 1000) + 3_600
}

const crowd = new Crowd()

answerCommands({
  schema: crowdCommand,
  handle(command: CrowdCommand) {
    switch (command.do) {
      case "gather":
        return crowd.gather(command)
      case "enter":
        return crowd.enter()
      case "cut":
        return crowd.cut()
      case "jitter":
        return crowd.jitter(command)
      case "forget":
        return crowd.forget()
      case "settle":
        return crowd.settle(command.publications)
    }
  },
})
