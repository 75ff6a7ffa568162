import type { Channel } from "../channel.js"
import { Sparkline } from "../charts/sparkline.js"
import type { Entry } from "../feed.js"
import { useStore } from "../store.js"
import { dataField } from "./data-field.js"
import { Panel } from "./panel.js"

interface Gauge {
  readonly field: string
  readonly label: string
  readonly show: (value: number) => string
}

const gauges: readonly Gauge[] = [
  { field: "memory", label: "Memory", show: (bytes) => `${(bytes / 1_048_576).toFixed(1)} MB` },
  { field: "connections", label: "Connections", show: (count) => count.toLocaleString("en") },
  { field: "subscriptions", label: "Subscriptions", show: (count) => count.toLocaleString("en") },
  {
    field: "deliveries",
    label: "Deliveries a second",
    show: (count) => count.toLocaleString("en"),
  },
]

/** How the server is doing, once a second. */
export function VitalsPanel({ channel }: { readonly channel: Channel }) {
  const { entries } = useStore(channel.feed.state)
  return (
    <Panel channel={channel} kind="vitals">
      <dl class="gauges">
        {gauges.map((gauge) => (
          <GaugeTile key={gauge.field} gauge={gauge} entries={entries} />
        ))}
      </dl>
    </Panel>
  )
}

function GaugeTile(props: { readonly gauge: Gauge; readonly entries: readonly Entry[] }) {
  const { field, label, show } = props.gauge
  const values = props.entries
    .map(({ message }) => dataField(message.data, field))
    .filter((value) => typeof value === "number")
  const last = values.at(-1)
  return (
    <div class="gauge" data-testid={`gauge-${field}`}>
      <dt>{label}</dt>
      <dd>{last === undefined ? "–" : show(last)}</dd>
      <Sparkline label={label} values={values} />
    </div>
  )
}
