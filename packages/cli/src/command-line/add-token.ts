import { type Command, Option } from "commander"
import { seconds } from "./arguments.js"

/** Adds `token`. */
export function addToken(instant: Command): void {
  instant
    .command("token")
    .description("print a token to connect with, or to subscribe with, for what start runs")
    .requiredOption("-u, --user <id>", "whom it is for; empty for an anonymous visitor")
    .option("-c, --channel <channel>", "makes it a token to subscribe to this channel")
    .addOption(
      new Option("--lifetime <seconds>", "how long it is good for").default(600).argParser(seconds),
    )
    .action(async (options) => (await import("../commands/token.js")).token(options))
}
