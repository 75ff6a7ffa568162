import { readFileSync } from "node:fs"
import { Command } from "commander"
import { addChannels } from "./command-line/add-channels.js"
import { addDatabase } from "./command-line/add-database.js"
import { addEngineConfig } from "./command-line/add-engine-config.js"
import { addPeople } from "./command-line/add-people.js"
import { addPublishing } from "./command-line/add-publishing.js"
import { addServing } from "./command-line/add-serving.js"
import { addToken } from "./command-line/add-token.js"
import { addWatching } from "./command-line/add-watching.js"
import { ENVIRONMENT } from "./command-line/arguments.js"
import { textAt } from "./home/json-file.js"

/** The commands. What one needs is loaded when it runs, so that each begins at once. */
export function program(): Command {
  const instant = new Command("instant")
    .description("Push events from a backend into the browsers that may see them.")
    .version(version())
    .addHelpText("after", ENVIRONMENT)
  addServing(instant)
  addPublishing(instant)
  addWatching(instant)
  addChannels(instant)
  addPeople(instant)
  addDatabase(instant)
  addToken(instant)
  addEngineConfig(instant)
  return instant
}

function version(): string {
  const file = readFileSync(new URL("../package.json", import.meta.url), "utf8")
  return textAt(JSON.parse(file), "version") ?? ""
}
