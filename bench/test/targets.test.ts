import { expect, test } from "vitest"
import type { Figures } from "../src/report/figure.js"
import { judge } from "../src/report/targets.js"

const api = (name: string, figures: Figures) => ({ scenario: "api", case: "any", name, figures })
const fanOut = (name: string, figures: Figures) => ({
  scenario: "fan-out",
  case: "10,000 subscribers",
  name,
  figures,
})

test("a target is met when each of its figures is", () => {
  const peer = api("centrifugo", { "steady.cpu": 100, "closed.cpu": 100 })
  const good = api("instant", { "steady.cpu": 125, "closed.cpu": 80 })
  expect(judge([good, peer])).toMatchObject([
    { met: "yes", measured: "1.25 of Centrifugo's; 0.80 of Centrifugo's" },
  ])
  const bad = api("instant", { "steady.cpu": 126, "closed.cpu": 80 })
  expect(judge([bad, peer])).toMatchObject([{ met: "no" }])
})

test("without the peer there is no verdict", () => {
  const alone = api("instant", { "steady.cpu": 125, "closed.cpu": 80 })
  expect(judge([alone])).toMatchObject([{ met: "not measured" }])
})

test("rates at any latency are compared when not both servers have a prompt one", () => {
  const summaries = [
    fanOut("instant", { "bounded.rate": 500, "raw.rate": 900 }),
    fanOut("centrifugo", { "raw.rate": 300 }),
  ]
  const verdict = judge(summaries).find(({ target }) => target.startsWith("10,000"))
  expect(verdict).toMatchObject({ met: "yes", measured: "3.00 of Centrifugo's" })
})

test("targets of scenarios that were not measured are not judged", () => {
  expect(judge([])).toEqual([])
})
