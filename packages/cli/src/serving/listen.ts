import type { Server } from "node:http"
import { CliError } from "../cli-error.js"

/** Where a server listens. */
export interface Place {
  /** 0 takes a free one. */
  readonly port: number
  /** The interface; empty for all. */
  readonly address: string
}

/** What to change when a place can't be had. */
export interface PlaceSettings {
  readonly port: string
  readonly address: string
}

const FLAGS: PlaceSettings = { port: "--port", address: "--address" }

/** Connections of a crowd that the system keeps until they are accepted; of the others it tells nobody. */
const BACKLOG = 4_096

/**
 * Listens, and answers the URL.
 * @param settings Where the place comes from, unless it is from the flags.
 * @throws CliError when the port or the address can't be had.
 */
export function listen(server: Server, place: Place, settings = FLAGS): Promise<string> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void => reject(refusal(cause, place, settings))
    server.once("error", refuse)
    server.listen({ port: place.port, host: place.address, backlog: BACKLOG }, () => {
      server.off("error", refuse)
      resolve(urlOf(server, place))
    })
  })
}

/** The URL to click on; where a server listens on every address, that of this machine. */
function urlOf(server: Server, { address }: Place): string {
  const bound = server.address()
  const port = typeof bound === "object" && bound !== null ? bound.port : 0
  const reachable = { "": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1" }[address] ?? address
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`
}

function refusal(cause: Error, { port, address }: Place, settings: PlaceSettings): CliError {
  const code = "code" in cause ? cause.code : undefined
  const place = address === "" ? `Port ${port}` : `Port ${port} on ${address}`
  const noAddress = `This machine has no address ${address}: choose another with ${settings.address}`
  const words: Readonly<Record<string, string>> = {
    EADDRINUSE: `${place} is in use: stop what listens there, or choose another with ${settings.port}`,
    EACCES: `This user may not listen on port ${port}: choose one above 1023 with ${settings.port}`,
    EADDRNOTAVAIL: noAddress,
    ENOTFOUND: noAddress,
  }
  const text = words[String(code)] ?? `Can't listen: ${cause.message}`
  return new CliError(text, { cause })
}
