import type { Outbox } from "../outbox/outbox.js"
import type { Statistics } from "./statistics.js"

/** What is counted. */
export interface Counted {
  readonly statistics: Statistics
  readonly outbox: Outbox
}

/** The server's own figures in Prometheus's text format; docs/metrics.md says what each means. */
export async function serverMetrics({ statistics, outbox }: Counted): Promise<string> {
  const { waiting, scheduled, failed } = await outbox.stats()
  const { buckets, count, sum } = statistics.publications
  const refusals = [...statistics.refusals].map(
    ([code, number]) => [`{code="${code}"}`, number] as const,
  )
  return [
    ...figure("counter", "sign_ins_total", "Sign-ins with the built-in accounts."),
    ...lines("sign_ins_total", [["", statistics.signIns]]),
    ...figure("counter", "refusals_total", "Requests that the endpoints refused."),
    ...lines("refusals_total", refusals),
    ...figure("gauge", "outbox_entries", "Events in the outbox that are not delivered."),
    ...lines("outbox_entries", [
      ['{state="waiting"}', waiting],
      ['{state="scheduled"}', scheduled],
      ['{state="failed"}', failed],
    ]),
    ...figure("histogram", "publish_duration_seconds", "How long publications took."),
    ...lines("publish_duration_seconds_bucket", [
      ...buckets.map(([bound, below]) => [`{le="${bound}"}`, below] as const),
      ['{le="+Inf"}', count],
    ]),
    ...lines("publish_duration_seconds_sum", [["", sum]]),
    ...lines("publish_duration_seconds_count", [["", count]]),
    "",
  ].join("\n")
}

type Value = readonly [labels: string, value: number]

function figure(type: string, name: string, help: string): readonly string[] {
  return [`# HELP instant_server_${name} ${help}`, `# TYPE instant_server_${name} ${type}`]
}

function lines(name: string, values: readonly Value[]): readonly string[] {
  return values.map(([labels, value]) => `instant_server_${name}${labels} ${value}`)
}
