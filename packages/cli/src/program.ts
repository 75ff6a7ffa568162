import { readFileSync } from "node:fs"
import type { ChannelLevel } from "@instant-ws/server"
import { Command, InvalidArgumentError, Option } from "commander"
import { textAt } from "./home/json-file.js"

/** As in the server, which is not loaded to show help. */
const levels = ["public", "users", "groups", "staff", "superuser"] satisfies ChannelLevel[]

/** Said below the help of what heeds it. */
const ENVIRONMENT = `
Environment:
  INSTANT_HOME  the folder of secrets and data (default: .instant)
  DATABASE_URL  the path of a SQLite file, or postgres://user:password@host:5432/name
                (default: instant.sqlite in that folder)`

/** The commands. What one needs is loaded when it runs, so that each begins at once. */
export function program(): Command {
  const instant = new Command("instant")
    .description("Push events from a backend into the browsers that may see them.")
    .version(version())
    .addHelpText("after", ENVIRONMENT)
  addStart(instant)
  addServe(instant)
  addPublish(instant)
  addChannels(instant)
  addUsers(instant)
  addDatabase(instant)
  addToken(instant)
  addConfig(instant)
  addConfigTokens(instant)
  return instant
}

function addStart(instant: Command): void {
  instant
    .command("start")
    .description(
      "run the whole: the engine, the endpoints under /instant/, and the demo if asked for",
    )
    .addOption(
      new Option("-p, --port <number>", "where to listen; 0 takes a free port")
        .env("PORT")
        .default(8000)
        .argParser(port),
    )
    .option("-a, --address <address>", "the interface to listen on", "127.0.0.1")
    .option("--demo", "serve the demo page at / with ready-made people", false)
    .option("--site <name>", "the site's name in every event", "Site")
    .option("--allowed-origin <origins...>", "other origins whose pages may connect", [])
    .addHelpText("after", ENVIRONMENT)
    .action(async (options) => (await import("./commands/start.js")).start(options))
}

function addServe(instant: Command): void {
  instant
    .command("serve")
    .description("run the engine alone, from a configuration file")
    .addOption(configFile())
    .addOption(new Option("-p, --port <number>", "instead of http_server.port").argParser(port))
    .option("-a, --address <address>", "instead of http_server.address")
    .action(async (options) => (await import("./commands/serve.js")).serve(options))
}

function addPublish(instant: Command): void {
  instant
    .command("publish")
    .description("publish an event through a running server")
    .argument("<channel>", "with or without the $ of a private channel")
    .argument("[message]", "may be left out when there is --data")
    .option("-c, --event-class <class>", "what kind of event it is")
    .option("-d, --data <json>", "any JSON")
    .option("-b, --bucket <bucket>", "a label to sort events by")
    .option("--site <name>", "who publishes, unless it is the server's site")
    .option("--url <url>", "the server, unless it is the one that runs from this folder")
    .option("--api-key <key>", "the server's API key, unless it is the one of this folder")
    .action(async (channel, message, options) =>
      (await import("./commands/publish.js")).publish(channel, message, options),
    )
}

function addChannels(instant: Command): void {
  const channels = instant.command("channels").description("list and change the channels")
  const commands = () => import("./commands/channels.js")
  const level = () => new Option("-l, --level <level>", "who may see it").choices(levels)
  channels
    .command("list")
    .description("print them all")
    .action(async () => (await commands()).listChannels())
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

function addUsers(instant: Command): void {
  instant
    .command("users")
    .description("the built-in accounts")
    .command("add <name>")
    .description("add a user; asks for the password, or reads it from the standard input")
    .option("--staff", "sees the channels of level staff", false)
    .option("--superuser", "sees the channels of level superuser", false)
    .option("-g, --group <names...>", "the groups that the user belongs to")
    .option("--password-stdin", "read the password from the standard input", false)
    .action(async (name, options) => (await import("./commands/users.js")).addUser(name, options))
}

function addDatabase(instant: Command): void {
  const db = instant.command("db").description("look after the database")
  const commands = () => import("./commands/db.js")
  db.addHelpText("after", ENVIRONMENT)
    .command("migrate")
    .description("bring its tables up to date, as start does")
    .action(async () => (await commands()).migrate())
  db.command("status")
    .description("print which one it is, its migrations, its size and its tables")
    .action(async () => (await commands()).showStatus())
  db.command("backup <file>")
    .description("copy it to a new file, while servers go on; of PostgreSQL by pg_dump")
    .action(async (file) => (await commands()).makeBackup(file))
}

function addToken(instant: Command): void {
  instant
    .command("token")
    .description("print a token to connect with, or to subscribe with, for what start runs")
    .requiredOption("-u, --user <id>", "whom it is for; empty for an anonymous visitor")
    .option("-c, --channel <channel>", "makes it a token to subscribe to this channel")
    .addOption(
      new Option("--lifetime <seconds>", "how long it is good for").default(600).argParser(seconds),
    )
    .action(async (options) => (await import("./commands/token.js")).token(options))
}

function addConfig(instant: Command): void {
  instant
    .command("checkconfig")
    .description("check a configuration of the engine, with what the environment says")
    .addOption(configFile())
    .option(
      "--migrate [file]",
      "write one of Centrifugo v3–v5 as v6 does, to print or to a new file",
    )
    .action(async (options) => (await import("./commands/checkconfig.js")).checkConfigFile(options))
  instant
    .command("genconfig")
    .description("write a configuration of the engine to begin with, with secrets of its own")
    .addOption(configFile())
    .action(async (options) => (await import("./commands/genconfig.js")).generateConfig(options))
}

function addConfigTokens(instant: Command): void {
  const generate = (name: string, description: string) =>
    instant
      .command(name)
      .description(description)
      .addOption(configFile())
      .option("-u, --user <id>", "whom it is for; empty for an anonymous visitor", "")
      .addOption(
        new Option("-t, --ttl <seconds>", "how long it is good for; 0 for ever")
          .default(86_400)
          .argParser(ttl),
      )
      .option("-q, --quiet", "print the token and nothing else", false)
  generate("gentoken", "print a token to connect with, by a configuration file").action(
    async (options) => (await import("./commands/gentoken.js")).generateToken(options),
  )
  generate("gensubtoken", "print a token to subscribe with, by a configuration file")
    .requiredOption("-s, --channel <channel>", "what it lets subscribe to")
    .action(async (options) =>
      (await import("./commands/gensubtoken.js")).generateSubscriptionToken(options),
    )
  instant
    .command("checktoken <token>")
    .description("check a token to connect with, by a configuration file")
    .addOption(configFile())
    .action(async (token, options) =>
      (await import("./commands/checktoken.js")).checkToken(token, options),
    )
}

function configFile(): Option {
  return new Option("-c, --config <file>", "the file").default("config.json")
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError("A port is a number from 0 to 65535.")
}

function seconds(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError("A lifetime is a number of seconds, from 1.")
}

/** As in Centrifugo, -1 is for ever too. */
function ttl(text: string): number {
  if (/^(-1|\d{1,9})$/.test(text)) return Math.max(0, Number(text))
  throw new InvalidArgumentError("A lifetime is a number of seconds, 0 for ever.")
}

function version(): string {
  const file = readFileSync(new URL("../package.json", import.meta.url), "utf8")
  return textAt(JSON.parse(file), "version") ?? ""
}
