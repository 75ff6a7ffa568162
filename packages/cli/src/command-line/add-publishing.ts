import { type Command, Option } from "commander"
import { count, date } from "./arguments.js"
import { withServerOptions } from "./server-options.js"

/** Adds `publish`, `broadcast` and `outbox …`. */
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
  addOutbox(instant.command("outbox").description("look after what is accepted and not delivered"))
}

function addOutbox(outbox: Command): void {
  const commands = () => import("../commands/outbox.js")
  outbox
    .command("list")
    .description("print what is in it, the oldest first")
    .addOption(
      new Option("--state <state>", "only those").choices([
        "scheduled",
        "waiting",
        "delivered",
        "failed",
      ]),
    )
    .addOption(new Option("-n, --limit <number>", "at most so many").default(100).argParser(count))
    .option("--json", "print JSON")
    .action(async (options) => (await commands()).listOutbox(options))
  outbox
    .command("retry [id]")
    .description("have a failed entry tried again, or all of them")
    .option("--all", "all that have failed")
    .action(async (id, options) => (await commands()).retry(id, options))
  outbox
    .command("discard <id>")
    .description("remove an entry that isn't delivered")
    .action(async (id) => (await commands()).discard(id))
}

function withEvent(command: Command): Command {
  return withServerOptions(
    command
      .argument("[message]", "may be left out when there is --data")
      .option("-c, --event-class <class>", "what kind of event it is")
      .option("-d, --data <json>", "any JSON")
      .option("-b, --bucket <bucket>", "a label to sort events by")
      .option("--site <name>", "who publishes, unless it is the server's site")
      .option("--durable", "through the outbox: delivered once, also while no server runs")
      .addOption(
        new Option("--schedule <date>", "the same, delivered then: 2030-01-31T12:00Z").argParser(
          date,
        ),
      ),
  )
}
