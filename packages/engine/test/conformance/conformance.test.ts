import { afterAll, describe, expect, test } from "vitest"
import { loadScenarios } from "./corpus.js"
import { expectedFailures } from "./expected-failures.js"
import type { Scenario } from "./scenario.js"
import { groupScenarios } from "./scenario-group.js"
import { chooseServer } from "./servers/choose-server.js"
import { Stage } from "./stage.js"

/** The longest that a scenario may take, in milliseconds; each of its waits has its own deadline. */
const TIMEOUT = 60_000

const server = chooseServer(process.env)
const corpus = loadScenarios()

describe(`recordings of Centrifugo, replayed against ${server.name}`, () => {
  for (const group of groupScenarios(corpus.filter(server.canPlay))) {
    describe.concurrent([...group.topics].join(", "), () => {
      const stage = new Stage(server, group.config)
      afterAll(() => stage[Symbol.asyncDispose]())
      for (const scenario of group.scenarios) {
        test(scenario.name, { concurrent: false, timeout: TIMEOUT }, () =>
          playAsListed(stage, scenario),
        )
      }
    })
  }
})

test("the list of expected failures names scenarios of the corpus", () => {
  const names = new Set(corpus.map(({ name }) => name))
  expect([...expectedFailures.keys()].filter((name) => !names.has(name))).toEqual([])
})

/** Plays a scenario that must pass, unless it is on the list: then it must not. */
async function playAsListed(stage: Stage, scenario: Scenario): Promise<void> {
  const reason = server.isOurs ? expectedFailures.get(scenario.name) : undefined
  if (reason === undefined) return stage.play(scenario)
  const hasPassed = await stage.play(scenario).then(
    () => true,
    () => false,
  )
  if (hasPassed) throw new Error(`passes now: take it off expected-failures.ts (${reason})`)
}
