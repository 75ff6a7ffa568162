import { type Command, Option } from "commander"

/** Adds `users …` and `groups …`. */
export function addPeople(instant: Command): void {
  addUsers(instant.command("users").description("list and change the built-in accounts"))
  addGroups(instant.command("groups").description("list and change the groups"))
}

function addUsers(users: Command): void {
  const commands = () => import("../commands/users.js")
  users
    .command("list")
    .description("print them all")
    .option("--json", "print JSON")
    .action(async (options) => (await commands()).listUsers(options))
  withRights(users.command("add <name>"))
    .description("add a user; asks for the password, or reads it from the standard input")
    .option("-g, --group <names...>", "the groups that the user belongs to")
    .action(async (name, options) => (await commands()).addUser(name, options))
  withRights(users.command("set <name>"))
    .description("change a user; who may see less is sent away at once")
    .option("--password", "asks for a new password, or reads it from the standard input")
    .option("-g, --group <names...>", "the groups of the user, in place of those before")
    .option("--no-group", "takes the user's groups away")
    .action(async (name, options) => (await commands()).setUser(name, options))
  users
    .command("remove <name>")
    .description("remove a user")
    .action(async (name) => (await commands()).removeUser(name))
}

function withRights(command: Command): Command {
  return command
    .option("--staff", "sees the channels of level staff")
    .option("--no-staff", "sees them no more")
    .option("--superuser", "sees the channels of level superuser")
    .option("--no-superuser", "sees them no more")
    .addOption(new Option("--active", "may sign in").conflicts("inactive"))
    .option("--inactive", "may not sign in")
    .option("--password-stdin", "read the password from the standard input")
}

function addGroups(groups: Command): void {
  const commands = () => import("../commands/groups.js")
  groups
    .command("list")
    .description("print them all, with their users and channels")
    .option("--json", "print JSON")
    .action(async (options) => (await commands()).listGroups(options))
  groups
    .command("add <name>")
    .description("add a group")
    .action(async (name) => (await commands()).addGroup(name))
  groups
    .command("remove <name>")
    .description("remove a group, from its users and channels too")
    .action(async (name) => (await commands()).removeGroup(name))
}
