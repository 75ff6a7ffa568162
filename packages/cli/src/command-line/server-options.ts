import type { Command } from "commander"

/** Adds the options that name a server which is not the one of this home. */
export function withServerOptions(command: Command): Command {
  return command
    .option("--url <url>", "the server, unless it is the one that runs from this folder")
    .option("--api-key <key>", "the server's API key, unless it is the one of this folder")
}

/** The same with the key for a socket. */
export function withSocketOptions(command: Command): Command {
  return withServerOptions(command).option(
    "--token-key <key>",
    "the key that signs its tokens, unless it is the one of this folder",
  )
}
