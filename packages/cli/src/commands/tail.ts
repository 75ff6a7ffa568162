import { CliError } from "../cli-error.js"
import { findHome } from "../home/home.js"
import { eventOf } from "../running/event.js"
import { findChannel } from "../running/find-channel.js"
import { findEngine, type ServerOptions } from "../running/running-engine.js"
import { openSocket, type Socket } from "../running/socket.js"
import { stopSignal } from "../serving/stop-signal.js"
import { printable } from "../table.js"

/** What `instant tail` is asked. */
export interface TailOptions extends ServerOptions {
  readonly json?: boolean
}

/** Codes from here on are of a subscription that was good, and has ended. */
const FIRST_END = 2_000

/**
 * Prints the events of channels as they come, one a line, until SIGINT or SIGTERM; what is said of the
 * connection goes to the standard error.
 * @throws CliError when the server refuses the connection or a channel.
 */
export async function tail(names: readonly string[], options: TailOptions): Promise<void> {
  const home = findHome()
  const engine = await findEngine(options, home)
  const channels = await Promise.all(names.map((name) => findChannel(name, engine, home)))
  for (const { note } of channels) if (note !== undefined) console.error(note)
  const socket = openSocket(engine, "instant-tail")
  const listening = [...new Set(channels.map(({ name }) => name))].map((channel) =>
    follow(socket, channel, options),
  )
  const ended = new Promise<never>((_, reject) => {
    socket.client.on("disconnected", ({ code, reason }) => {
      if (code !== 0) reject(refusal(engine.url, code, reason))
    })
  })
  tellOfCuts(socket, engine.websocketUrl)
  socket.client.connect()
  try {
    await Promise.race([stopSignal(), outputClosed(), ended, ...listening])
  } finally {
    socket.client.disconnect()
  }
}

function refusal(url: string, code: number, reason: string): CliError {
  return new CliError(
    `The server at ${url} ends the connection (${code} ${reason}): give its own key with --token-key`,
  )
}

/** Prints the events of a channel; never resolves. */
function follow({ client, signer, user }: Socket, channel: string, { json }: TailOptions) {
  const subscription = client.newSubscription(channel, {
    getToken: () => signer.subscription(user, channel),
  })
  subscription.on("publication", (publication) => {
    console.log(json ? jsonLine(channel, publication) : line(channel, publication))
  })
  subscription.on("subscribed", ({ wasRecovering, recovered }) => {
    if (!wasRecovering) console.error(`Listening to ${channel}`)
    else if (!recovered) console.error(`Events of ${channel} were missed: it keeps too few of them`)
  })
  return new Promise<never>((_, reject) => {
    subscription.on("unsubscribed", ({ code, reason }) => {
      if (code === 0) return
      if (code >= FIRST_END) subscription.subscribe()
      else reject(new CliError(`The server refuses to show "${channel}" (${code} ${reason})`))
    })
    subscription.subscribe()
  })
}

function line(channel: string, publication: unknown): string {
  const { date, eventClass, message, data } = eventOf(channel, publication)
  const parts = [date, channel, eventClass, message, data].filter((part) => part !== "")
  return parts.map(printable).join("  ")
}

function jsonLine(channel: string, publication: unknown): string {
  const { offset, published } = eventOf(channel, publication)
  return JSON.stringify({ channel, offset, data: published })
}

function tellOfCuts({ client, fault }: Socket, url: string): void {
  let isTold = false
  const tell = (): void => {
    if (!isTold) console.error(`No connection to ${url}${inBrackets(fault())}: trying again`)
    isTold = true
  }
  client.on("error", tell)
  // The first time it connects to nothing that was there before.
  client.on("connecting", ({ code }) => {
    if (code !== 0) tell()
  })
  client.on("connected", () => {
    if (isTold) console.error("Connected again")
    isTold = false
  })
}

function inBrackets(words: string | undefined): string {
  return words === undefined ? "" : ` (${words})`
}

/** Who reads no more, as `head`, has had enough. */
function outputClosed(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.once("error", () => resolve())
  })
}
