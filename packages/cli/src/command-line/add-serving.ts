import { type Command, Option } from "commander"
import { configFile, ENVIRONMENT, port } from "./arguments.js"

/** Adds `start` and `serve`. */
export function addServing(instant: Command): void {
  addStart(instant)
  instant
    .command("serve")
    .description("run the engine alone, from a configuration file")
    .addOption(configFile())
    .addOption(new Option("-p, --port <number>", "instead of http_server.port").argParser(port))
    .option("-a, --address <address>", "instead of http_server.address")
    .action(async (options) => (await import("../commands/serve.js")).serve(options))
}

/** What a flag says is read with the environment and the file, so that all mistakes are named at once. */
function addStart(instant: Command): void {
  instant
    .command("start")
    .description(
      "run the whole: the engine, the endpoints under /instant/, and the demo if asked for",
    )
    .option("-c, --config <file>", "the settings; docs/configuration.md names them all")
    .option("-p, --port <number>", "where to listen; 0 takes a free port (default: 8000)")
    .option("-a, --address <address>", "the interface to listen on (default: 127.0.0.1)")
    .option("--demo", "serve the demo page at / with ready-made people")
    .option("--site <name>", "the site's name in every event (default: Site)")
    .option("--allowed-origin <origins...>", "other origins whose pages may connect")
    .option("--anonymous-access", "who isn't signed in gets the public channels")
    .option("--token-lifetime <seconds>", "how long tokens are good for (default: 600)")
    .option("--websocket-url <url>", "where clients open their socket, as wss://host")
    .option("--outbox <who>", "dispatch, or off to leave what is durable to others")
    .option("--log-level <level>", "how much is told on the standard error (default: warn)")
    .addHelpText("after", ENVIRONMENT)
    .action(async ({ config, allowedOrigin: allowedOrigins, ...flags }) =>
      (await import("../commands/start.js")).start({
        config,
        flags: { ...flags, allowedOrigins },
      }),
    )
}
