import type { Server } from "node:http"
import { CliError } from "../cli-error.js"

/** Where a server listens. */
export interface Place {
  /** 0 takes a free one. */
  readonly port: number
  readonly address: string
}

/** Listens, and answers the URL. @throws CliError when the port or the address can't be had. */
export function listen(server: Server, place: Place): Promise<string> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void => reject(refusal(cause, place))
    server.once("error", refuse)
    server.listen(place.port, place.address, () => {
      server.off("error", refuse)
      resolve(urlOf(server, place))
    })
  })
}

/** The URL to click on; where a server listens on every address, that of this machine. */
function urlOf(server: Server, { address }: Place): string {
  const bound = server.address()
  const port = typeof bound === "object" && bound !== null ? bound.port : 0
  const reachable = { "0.0.0.0": "127.0.0.1", "::": "::1" }[address] ?? address
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`
}

function refusal(cause: Error, { port, address }: Place): CliError {
  const code = "code" in cause ? cause.code : undefined
  const words: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${address} is in use: stop what listens there, or choose another with --port`,
    EACCES: `This user may not listen on port ${port}: choose one above 1023 with --port`,
    EADDRNOTAVAIL: `This machine has no address ${address}: choose another with --address`,
    ENOTFOUND: `This machine has no address ${address}: choose another with --address`,
  }
  const text = words[String(code)] ?? `Can't listen on ${address}, port ${port}: ${cause.message}`
  return new CliError(text, { cause })
}
