import { readdirSync, readFileSync } from "node:fs"
import { merged, parseJson } from "./json.js"
import { type Scenario, scenarioFile } from "./scenario.js"

const folder = new URL("./corpus/", import.meta.url)

/** Reads the corpus, in the order of the files. @throws ZodError when one has another format. */
export function loadScenarios(): readonly Scenario[] {
  const base = parseJson(readCorpus("base-config.json"))
  return readdirSync(new URL("scenarios/", folder))
    .sort()
    .map((name) => scenarioFile.parse(parseJson(readCorpus(`scenarios/${name}`))))
    .flatMap(({ topic, config: shared, scenarios }) =>
      scenarios.map(({ config = shared, ...scenario }) => ({
        ...scenario,
        topic,
        config: merged(base, config),
      })),
    )
}

/** Reads a file of the corpus as text. */
export function readCorpus(path: string): string {
  return readFileSync(new URL(path, folder), "utf8")
}
