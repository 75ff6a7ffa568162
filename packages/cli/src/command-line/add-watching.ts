import { type Command, Option } from "commander"
import { count } from "./arguments.js"
import { withServerOptions, withSocketOptions } from "./server-options.js"

/** Adds what looks at a running server: `history`, `presence`, `tail` and `doctor`. */
export function addWatching(instant: Command): void {
  addLooking(instant)
  withSocketOptions(
    instant
      .command("tail <channels...>")
      .description("print the events of channels as they come, until Ctrl+C")
      .option("--json", "print each as a line of JSON"),
  ).action(async (channels, options) =>
    (await import("../commands/tail.js")).tail(channels, options),
  )
  withSocketOptions(
    instant
      .command("doctor")
      .description("publish to itself, and say which link is broken: exit codes 10 to 17"),
  ).action(async (options) => (await import("../commands/doctor.js")).examine(options))
}

function addLooking(instant: Command): void {
  withServerOptions(
    instant
      .command("history <channel>")
      .description("print what a channel keeps")
      .addOption(
        new Option("-n, --limit <number>", "at most so many").default(100).argParser(count),
      )
      .addOption(
        new Option("--since <offset>", "what came after it; before it with --reverse").argParser(
          count,
        ),
      )
      .option("--reverse", "the newest first")
      .option("--json", "print JSON"),
  ).action(async (channel, options) =>
    (await import("../commands/history.js")).showHistory(channel, options),
  )
  withServerOptions(
    instant
      .command("presence <channel>")
      .description("print who is in a channel")
      .option("--json", "print JSON"),
  ).action(async (channel, options) =>
    (await import("../commands/presence.js")).showPresence(channel, options),
  )
}
