import type { ChannelLevel } from "@instant-ws/server"
import { type Command, Option } from "commander"

/** As in the server, which is not loaded to show help. */
const levels = ["public", "users", "groups", "staff", "superuser"] satisfies ChannelLevel[]

/** Adds `channels …`. */
export function addChannels(instant: Command): void {
  const channels = instant.command("channels").description("list and change the channels")
  const commands = () => import("../commands/channels.js")
  const level = () => new Option("-l, --level <level>", "who may see it").choices(levels)
  channels
    .command("list")
    .description("print them all")
    .option("--json", "print JSON")
    .action(async (options) => (await commands()).listChannels(options))
  channels
    .command("add <name>")
    .description("add a channel; unless it is public its name gets a $")
    .addOption(level().default("superuser"))
    .option("-g, --group <names...>", "whose members see it, whatever its level")
    .action(async (name, { level, group: groups }) =>
      (await commands()).addChannel(name, { level, groups }),
    )
  channels
    .command("set <name>")
    .description("change a channel")
    .addOption(level())
    .option("-g, --group <names...>", "whose members see it, in place of those before")
    .option("--no-group", "takes its groups away")
    .addOption(new Option("--active", "list it again").conflicts("inactive"))
    .option("--inactive", "list it to nobody")
    .action(async (name, { level, group, active, inactive }) =>
      (await commands()).setChannel(name, {
        level,
        groups: group === false ? [] : group,
        isActive: active ?? (inactive ? false : undefined),
      }),
    )
  channels
    .command("remove <name>")
    .description("remove a channel")
    .action(async (name) => (await commands()).removeChannel(name))
}
