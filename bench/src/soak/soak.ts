import { setTimeout } from "node:timers/promises"
import { type Placement, placeProcesses } from "../process/cores.js"
import { configFor } from "../server/engine-config.js"
import { ours } from "../stage/contestants.js"
import { ServerProcess } from "../stage/processes.js"
import { type Counts, visit } from "./visitor.js"

/** Resident memory and JavaScript's heap after a garbage collection, in bytes, at a time. */
export interface Sample {
  /** Since the start. */
  readonly seconds: number
  readonly rss: number
  readonly heap: number
}

/** How long, and who is told. */
export interface SoakOptions {
  readonly minutes: number
  onSample(sample: Sample, counts: Counts): void
  /** A visitor was refused, or its connection ended by the server for no good reason. */
  onFailure(reason: string): void
}

/** So many visitors are there at a time. */
const VISITORS = 300
const CHANNELS = 100
const SAMPLE_SECONDS = 10
const SECRET = "a secret of the bench, of no use to anybody"

const CONFIG = configFor({
  client: {
    allow_anonymous_connect_without_token: false,
    token: { hmac_secret_key: SECRET },
    expired_close_delay: "1s",
    ping_interval: "25s",
  },
  channel: {
    allow_publish_for_subscriber: true,
    force_recovery: true,
    history_size: 20,
    history_ttl: "20s",
    presence: true,
    join_leave: true,
    force_push_join_leave: true,
  },
})

/** Lets visitors come and go for some minutes, and samples what the engine's process takes. */
export async function soak({ minutes, onSample, onFailure }: SoakOptions): Promise<Counts> {
  const counts = noCounts()
  const placement: Placement = placeProcesses()
  const server = new ServerProcess(ours.name, ours.host, placement)
  try {
    const port = await server.start(CONFIG)
    const start = performance.now()
    const end = start + minutes * 60_000
    const comeAgain = async (): Promise<void> => {
      while (performance.now() < end) {
        await visit({ port, secret: SECRET, channels: CHANNELS, counts, end, onFailure })
      }
    }
    const everybody = Promise.all(Array.from({ length: VISITORS }, comeAgain))
    for (let next = SAMPLE_SECONDS; next <= minutes * 60; next += SAMPLE_SECONDS) {
      await setTimeout(Math.max(0, start + next * 1000 - performance.now()))
      const { rss, heap = 0 } = await server.memory()
      onSample({ seconds: next, rss, heap }, counts)
    }
    await everybody
    return counts
  } finally {
    await server.stop()
  }
}

function noCounts(): Counts {
  return {
    visitors: 0,
    publishes: 0,
    publications: 0,
    refreshes: 0,
    cuts: 0,
    recovered: 0,
    unrecovered: 0,
    expired: 0,
    failures: 0,
  }
}
