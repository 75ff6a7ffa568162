import type { Recovered } from "djangoinstant"
import { bareName } from "./channel.js"

/** What came back after an interruption, in words for the visitor. */
export function describeRecovery(recovered: readonly Recovered[]): string {
  const lost = recovered.filter(({ complete }) => !complete)
  const back = recovered.filter(({ missed, complete }) => complete && missed > 0)
  const missed = back.reduce((sum, recovery) => sum + recovery.missed, 0)
  const parts: string[] = []
  if (missed > 0) {
    parts.push(
      `recovered ${missed} missed ${missed === 1 ? "message" : "messages"} in ${names(back)}`,
    )
  }
  // After a restart of the server it is all of them, and their names say nothing.
  const where = lost.length === recovered.length ? "" : ` in ${names(lost)}`
  if (lost.length > 0) parts.push(`what was missed${where} is lost`)
  return parts.join("; ") || "nothing was missed"
}

function names(recovered: readonly Recovered[]): string {
  return recovered.map(({ channel }) => bareName(channel)).join(", ")
}
