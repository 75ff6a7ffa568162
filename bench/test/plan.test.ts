import { expect, test } from "vitest"
import { allClients, clientPeers } from "../src/clients/clients.js"
import { planTasks } from "../src/run/plan.js"
import { chooseScenarios, clientScenarios, scenarios } from "../src/scenarios/all.js"
import { centrifugo, ours, oursOnDisk, peers } from "../src/stage/contestants.js"

const scale = { quick: false, subscribers: [1_000], connections: 10_000 }
const everybody = [ours, oursOnDisk, ...peers]

/** Who takes part in the cases of a scenario, by their titles. */
function partsIn(name: string) {
  const chosen = chooseScenarios([name])
  const tasks = planTasks({ rounds: 1, scenarios: chosen.scenarios, scale, entrants: everybody })
  return tasks.map((task) => [task.case, task.name] as const)
}

test("peers take part where they can", () => {
  const fanOut = partsIn("fan-out")
  const who = (title: string) => fanOut.filter(([of]) => of === title).map(([, name]) => name)
  expect(who("1,000 subscribers")).toEqual(["instant", "ws", "socket.io", "centrifugo"])
  expect(who("1,000 subscribers, Protobuf")).toEqual(["instant", "centrifugo"])
  expect(who("1,000 subscribers, history")).toEqual(["instant", "instant (disk)", "centrifugo"])
})

test("every scenario of engines compares ours with Centrifugo", () => {
  // What the server does has no counterpart there.
  for (const scenario of scenarios.filter(({ name }) => !name.startsWith("server-"))) {
    for (const one of scenario.cases(scale)) {
      expect(one.suits(ours)).toBe(true)
      expect(one.suits(centrifugo)).toBe(true)
    }
  }
})

test("every scenario of clients has one of ours", () => {
  for (const scenario of clientScenarios) {
    const entrants = allClients.filter((client) => !clientPeers.includes(client))
    for (const one of scenario.cases(scale)) {
      expect(entrants.some((client) => one.suits(client))).toBe(true)
    }
  }
})

test("what clients weigh is asked for like a scenario", () => {
  expect(chooseScenarios(["sizes"])).toEqual({ scenarios: [], clientScenarios: [], sizes: true })
  expect(chooseScenarios(["storm"]).sizes).toBe(false)
  expect(chooseScenarios([]).sizes).toBe(true)
})

test("the order turns round in every second round", () => {
  const tasks = planTasks({
    rounds: 2,
    scenarios: chooseScenarios(["channels"]).scenarios,
    scale,
    entrants: [ours, centrifugo],
  })
  expect(tasks.map(({ name }) => name)).toEqual(["instant", "centrifugo", "centrifugo", "instant"])
})

test("an unknown scenario is refused by name", () => {
  expect(() => chooseScenarios(["sotrm"])).toThrow("There is no scenario sotrm. There are: fan-out")
})
