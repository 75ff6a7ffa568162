import { readFile } from "node:fs/promises"
import { type Instant, InstantError, type Status } from "djangoinstant"
import { expect, test } from "vitest"
import { Queue } from "../../../test/queue.js"
import { type Mishap, mishaps, type Told } from "./never-deaf.js"
import { Scene } from "./scene.js"

/** Everything that an application is told, in the words of the table. */
function tellings(instant: Instant): Queue<Told> {
  const told = new Queue<Told>()
  instant.onError(({ kind }) => told.push(`onError, ${kind}`))
  instant.onDenied(() => told.push("onDenied"))
  instant.onLoggedOut(() => told.push("onLoggedOut"))
  instant.onRecovered(() => told.push("onRecovered"))
  return told
}

async function becomes(instant: Instant, expected: Status): Promise<void> {
  if (instant.status === expected) return
  await new Promise<void>((resolve) => {
    instant.onStatus((status) => status === expected && resolve())
  })
}

test.each(mishaps)("$cause: $told, $status, and $waiting $outcome", async (mishap) => {
  using scene = await (mishap.scene ?? Scene.connected)()
  const { instant, server } = scene
  const told = tellings(instant)
  const heard = new Queue<string>()
  instant.on("news", ({ msg }) => heard.push(msg))

  const outcome = await mishap.happen(scene).then(
    () => "resolves",
    (error: unknown) => (error instanceof InstantError ? `rejects, ${error.kind}` : String(error)),
  )
  expect(outcome).toBe(mishap.outcome)
  if (mishap.told !== "nobody") await told.nextWhere((one) => one === mishap.told)
  await becomes(instant, mishap.status)
  if (mishap.told === "nobody") expect(told.rest).toEqual([])

  if (mishap.status !== "connected") return
  server.publish("news", "to those who still listen", { data: { id: 17 } })
  await heard.nextWhere((text) => text === "to those who still listen")
})

test("the table in the docs says the same", async () => {
  const docs = await readFile(new URL("../../../docs/djangoinstant.md", import.meta.url), "utf8")
  const row = ({ cause, told, status, waiting, outcome }: Mishap) =>
    `| ${cause} | ${told} | \`${status}\` | ${waiting} | ${outcome} |`
  const table = docs
    .split("\n")
    .filter((line) => mishaps.some(({ cause }) => line.startsWith(`| ${cause} |`)))
  expect(table).toEqual(mishaps.map(row))
})
