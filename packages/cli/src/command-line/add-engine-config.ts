import { type Command, Option } from "commander"
import { configFile, ttl } from "./arguments.js"

/** Adds what works by a configuration file of the engine: checking, writing, tokens. */
export function addEngineConfig(instant: Command): void {
  addConfig(instant)
  addConfigTokens(instant)
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
    .action(async (options) =>
      (await import("../commands/checkconfig.js")).checkConfigFile(options),
    )
  instant
    .command("genconfig")
    .description("write a configuration of the engine to begin with, with secrets of its own")
    .addOption(configFile())
    .action(async (options) => (await import("../commands/genconfig.js")).generateConfig(options))
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
    async (options) => (await import("../commands/gentoken.js")).generateToken(options),
  )
  generate("gensubtoken", "print a token to subscribe with, by a configuration file")
    .requiredOption("-s, --channel <channel>", "what it lets subscribe to")
    .action(async (options) =>
      (await import("../commands/gensubtoken.js")).generateSubscriptionToken(options),
    )
  instant
    .command("checktoken <token>")
    .description("check a token to connect with, by a configuration file")
    .addOption(configFile())
    .action(async (token, options) =>
      (await import("../commands/checktoken.js")).checkToken(token, options),
    )
}
