import { TokenSigner } from "@instant-ws/server/offline"
import { Centrifuge } from "centrifuge"
import { WebSocket } from "ws"
import { CliError } from "../cli-error.js"
import type { RunningEngine } from "./running-engine.js"

/** How long the tokens of a command are good for, in seconds; they are renewed. */
const LIFETIME = 600

/** The longest pause before it is tried to connect again, in milliseconds. */
const LONGEST_PAUSE = 2_000

/** A client of a running engine, not yet connected. */
export interface Socket {
  readonly client: Centrifuge
  readonly signer: TokenSigner
  /** The user that it connects as. */
  readonly user: { readonly id: string }
  /** Why no connection could be opened the last time; undefined when that isn't known. */
  fault(): string | undefined
}

/** Prepares a socket to an engine. @throws CliError when there is no key to sign tokens with. */
export function openSocket({ websocketUrl, tokenKey }: RunningEngine, id: string): Socket {
  if (tokenKey === undefined) {
    throw new CliError(
      "The key that signs the server's tokens is missing: give it with --token-key",
    )
  }
  let fault: string | undefined
  class ToldWebSocket extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols)
      this.on("error", ({ message }) => {
        fault = message
      })
    }
  }
  const signer = new TokenSigner(tokenKey, LIFETIME)
  const user = { id }
  const client = new Centrifuge(websocketUrl, {
    websocket: ToldWebSocket,
    getToken: () => signer.connection(user),
    maxReconnectDelay: LONGEST_PAUSE,
  })
  return { client, signer, user, fault: () => fault }
}
