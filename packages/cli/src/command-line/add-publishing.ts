import { type Command, Option } from "commander"
import { withServerOptions } from "./server-options.js"

/** Adds `publish` and `broadcast`. */
export function addPublishing(instant: Command): void {
  withEvent(
    instant
      .command("publish")
      .description("publish an event through a running server")
      .argument("<channel>", "with or without the $ of a private channel"),
  ).action(async (channel, message, options) =>
    (await import("../commands/publish.js")).publish(channel, message, options),
  )
  withEvent(
    instant
      .command("broadcast")
      .description("publish an event to everyone, or to all users, staff or superusers"),
  )
    .addOption(
      new Option("-t, --target <target>", "who it is for (default: everyone)").choices([
        "users",
        "staff",
        "superuser",
      ]),
    )
    .action(async (message, options) =>
      (await import("../commands/publish.js")).broadcast(message, options),
    )
}

function withEvent(command: Command): Command {
  return withServerOptions(
    command
      .argument("[message]", "may be left out when there is --data")
      .option("-c, --event-class <class>", "what kind of event it is")
      .option("-d, --data <json>", "any JSON")
      .option("-b, --bucket <bucket>", "a label to sort events by")
      .option("--site <name>", "who publishes, unless it is the server's site"),
  )
}
