import type { Stats } from "../api/answers.js"
import { Loaded } from "../controls/loaded.js"
import { PageHead } from "../controls/page-head.js"
import { formatMemory, formatNumber, formatSpan } from "../format.js"
import { useAdmin } from "../use-admin.js"
import { useResource } from "../use-resource.js"
import { ErrorTable } from "./error-table.js"
import { HourCharts } from "./hour-charts.js"

const EVERY_FIVE_SECONDS = 5000

/** How the server is doing, and was in the last hour. */
export function Overview() {
  const { api } = useAdmin()
  const stats = useResource(() => api.stats(), { every: EVERY_FIVE_SECONDS })
  return (
    <>
      <PageHead title="Overview" />
      <Figures now={stats.value?.now} />
      <HourCharts samples={stats.value?.samples} />
      <section class="card part" aria-labelledby="errors">
        <header class="part-head">
          <h2 id="errors">Errors of the last hour</h2>
        </header>
        <Loaded resource={stats} lines={3}>
          {({ errors }) => <ErrorTable errors={errors} />}
        </Loaded>
      </section>
    </>
  )
}

function Figures({ now }: { readonly now: Stats["now"] | undefined }) {
  const figures = [
    { label: "Connections", text: shown(now?.connections) },
    { label: "Users", text: shown(now?.users) },
    { label: "Subscriptions", text: shown(now?.subscriptions) },
    { label: "Channels in use", text: shown(now?.channels) },
    { label: "Memory", text: now && formatMemory(now.rss) },
    { label: "Up for", text: now && formatSpan(now.uptime) },
  ]
  return (
    <dl class="card figures" data-testid="figures">
      {figures.map(({ label, text }) => (
        <div key={label} class="figure">
          <dt>{label}</dt>
          <dd>{text ?? "–"}</dd>
        </div>
      ))}
    </dl>
  )
}

function shown(count: number | null | undefined): string | undefined {
  return count == null ? undefined : formatNumber(count)
}
