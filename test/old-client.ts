import { runInNewContext } from "node:vm"
import { WebSocket } from "ws"
import { fetchWithCookies } from "../packages/client/test/fetch-with-cookies.js"
import type { Grant } from "./site-session.js"

/** What the handler of 0.5.0 gets. */
export interface OldMessage {
  readonly channelName: string
  readonly msg: unknown
  readonly data: unknown
  readonly eventClass: string
  readonly site: string
  readonly bucket: string
  readonly date: Date
}

/** What `useInstant()` of 0.5.0 gives. */
export interface OldInstant {
  init(backendUrl: string, websocketsUrl: string, verbose?: boolean): Promise<void>
  login(username: string, password: string): Promise<void>
  onMessage(handler: (message: OldMessage) => void): void
  connect(autosub?: boolean): Promise<void>
  getClient(): OldCentrifuge | undefined
  readonly onReady: Promise<boolean>
  readonly channels: ReadonlySet<Grant>
}

/** What of centrifuge-js 3 is used. */
export interface OldCentrifuge {
  subscriptions(): Readonly<Record<string, { ready(): Promise<void> }>>
  disconnect(): void
}

/** What the script of 0.5.0 leaves in a page as `$instant`. */
export interface OldClient {
  useInstant(): OldInstant
}

/** Runs the script of 0.5.0 with what it needs of a browser: a `fetch` with cookies, and the socket. */
export function runOldClient(script: string): OldClient {
  const quiet = { log: () => {}, debug: () => {} }
  const timers = { setTimeout, clearTimeout, setInterval, clearInterval }
  const globals = { fetch: fetchWithCookies(), WebSocket, console: quiet, ...timers }
  return runInNewContext(`${script}\n;$instant`, globals)
}
