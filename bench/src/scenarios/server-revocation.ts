import { signConnectionToken } from "@instant-ws/engine"
import { z } from "zod"
import { micros } from "../clock.js"
import { Histogram } from "../histogram.js"
import { RawWebsocket } from "../load/raw-websocket.js"
import { Child } from "../process/child.js"
import { figuresOf, latency } from "../report/figure.js"
import { asMillis } from "../report/units.js"
import { siteSecrets } from "../server/site-commands.js"
import { ours } from "../stage/contestants.js"
import { withFolder } from "../stage/with-folder.js"
import type { Case, Measured, Scenario, Stage } from "./scenario.js"

/** Connections of others, who stay. */
const OTHERS = 300
/** So many handshakes are under way together. */
const AT_ONCE = 50
const PATH = "/connection/websocket"

/** From `revoke(user)` until the last of the user's connections has ended, with others connected. */
export const serverRevocation: Scenario = {
  name: "server-revocation",
  cases: ({ quick }) => [caseOf(3, quick ? 5 : 40), caseOf(1_000, quick ? 2 : 10)],
}

function caseOf(connections: number, times: number): Case {
  return {
    title: `${connections} connections of the user, ${OTHERS} of others, ${times} times`,
    figures: figuresOf("revoke(user) until the last has ended", "revoked", [
      latency("p50"),
      { key: "most", title: "at most", show: asMillis, better: "less" },
    ]),
    suits: (contestant) => contestant === ours,
    measure: (_, stage) => withFolder((folder) => measure({ folder, stage, connections, times })),
  }
}

interface Order {
  readonly folder: string
  readonly stage: Stage
  readonly connections: number
  readonly times: number
}

async function measure({ folder, stage, connections, times }: Order): Promise<Measured> {
  const site = new Child({ name: "site", script: "server/site.js", core: stage.placement.server })
  const taken = new Histogram()
  let most = 0
  let others: Pages | undefined
  try {
    await site.ask({ do: "open", database: `${folder}/instant.sqlite` }, z.undefined())
    const port = await site.ask({ do: "listen" }, z.int())
    others = await Pages.open(port, "somebody else", OTHERS)
    for (let n = 0; n <= times; n++) {
      const user = `user-${n}`
      const pages = await Pages.open(port, user, connections)
      const since = await site.ask({ do: "revoke", user }, z.number())
      const time = (await pages.ended) - since
      // Nothing is compiled for the first.
      if (n === 0) continue
      taken.add(time)
      most = Math.max(most, time)
    }
    if (others.hasLost) throw new Error("another user lost a connection")
    return {
      figures: { "revoked.p50": taken.percentile(0.5) / 1_000, "revoked.most": most / 1_000 },
    }
  } finally {
    others?.cut()
    await site.stop()
  }
}

/** The connections of one user. */
class Pages {
  /** When the last of them ended, by the clock of the machine in microseconds. */
  readonly ended: Promise<number>
  readonly #sockets: RawWebsocket[] = []
  #open = 0
  #hasLost = false
  #end: (at: number) => void = () => {}

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** Resolves when all are connected. @throws Error when one is refused. */
  static async open(port: number, user: string, connections: number): Promise<Pages> {
    const pages = new Pages()
    const token = await signConnectionToken({ sub: user }, siteSecrets.tokenKey)
    const openInTurn = async (): Promise<void> => {
      while (pages.#sockets.length < connections) await pages.#add(port, token)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, openInTurn))
    return pages
  }

  /** Whether one of them has ended. */
  get hasLost(): boolean {
    return this.#hasLost
  }

  /** Ends them all. */
  cut(): void {
    for (const socket of this.#sockets) socket.cut()
  }

  #add(port: number, token: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket: RawWebsocket = new RawWebsocket({
        port,
        path: PATH,
        onOpen: () => socket.send(JSON.stringify({ id: 1, connect: { token } })),
        onText: () => {
          this.#open++
          resolve()
        },
        onEnd: (reason) => {
          reject(new Error(reason))
          this.#hasLost = true
          this.#open--
          if (this.#open === 0) this.#end(micros())
        },
      })
      this.#sockets.push(socket)
    })
  }
}
