import { setTimeout } from "node:timers/promises"
import { signConnectionToken, signSubscriptionToken } from "@instant-ws/engine"
import { useInstant } from "djangoinstant"
import WebSocket from "ws"
import { channelName } from "../channels.js"
import { ApiConnection } from "../load/api-connection.js"
import { answerCommands } from "../process/commands.js"
import { type RecoveryCommand, recoveryCommand } from "./recovery-commands.js"

// djangoinstant on a device whose network comes and goes.

/** What has come since the network was lost. */
interface Progress {
  messages: number
  complete: number
}

/** An interruption that takes longer isn't recovered from, in milliseconds. */
const PATIENCE = 10_000

/** Stands for the browser's window. */
const device = new EventTarget()
Object.assign(globalThis, {
  addEventListener: device.addEventListener.bind(device),
  removeEventListener: device.removeEventListener.bind(device),
})

let isOffline = false

/** A socket that doesn't come about without a network. */
class Line extends WebSocket {
  constructor(url: string) {
    super(url)
    if (isOffline) this.terminate()
  }
}

let tokens = {}
const instant = useInstant({ websocket: Line, fetch: async () => Response.json(tokens) })
let names: readonly string[] = []
let backend: ApiConnection | undefined
let progress: Progress = { messages: 0, complete: 0 }
let onProgress: () => void = () => undefined

instant.onMessage(() => {
  progress.messages++
  onProgress()
})
instant.onRecovered(({ complete }) => {
  if (complete) progress.complete++
  onProgress()
})

async function open({ port, channels, secret }: RecoveryCommand & { do: "open" }): Promise<void> {
  const sub = "bench"
  names = Array.from({ length: channels }, (_, i) => channelName(i))
  tokens = {
    csrf_token: "bench",
    ws_token: await signConnectionToken({ sub }, secret),
    channels: await Promise.all(
      names.map(async (name) => ({
        name,
        level: "users",
        token: await signSubscriptionToken({ sub, channel: name }, secret),
      })),
    ),
  }
  await instant.init("http://127.0.0.1", `ws://127.0.0.1:${port}`)
  await instant.connect()
  backend = new ApiConnection(port)
}

async function lose(missed: number): Promise<number> {
  progress = { messages: 0, complete: 0 }
  isOffline = true
  device.dispatchEvent(new Event("offline"))
  for (let i = 0; i < missed * names.length; i++) {
    const channel = names[i % names.length] ?? ""
    await backend?.publish({ channel, data: { channel, site: "The bench", message: `No. ${i}` } })
  }
  const start = performance.now()
  isOffline = false
  device.dispatchEvent(new Event("online"))
  await until(
    () => progress.complete === names.length && progress.messages === missed * names.length,
  )
  return performance.now() - start
}

/** @throws Error when it isn't so in time. */
async function until(isSo: () => boolean): Promise<void> {
  const so = new Promise<void>((resolve) => {
    onProgress = () => {
      if (isSo()) resolve()
    }
  })
  const deadline = setTimeout(PATIENCE, undefined, { ref: false }).then(() => {
    const { messages, complete } = progress
    throw new Error(
      `after ${PATIENCE} ms ${complete} channels are complete, and ${messages} messages there`,
    )
  })
  await Promise.race([so, deadline])
}

answerCommands({
  schema: recoveryCommand,
  handle: (command: RecoveryCommand) =>
    command.do === "open" ? open(command) : lose(command.missed),
})
