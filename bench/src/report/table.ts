import { type Figure, sections } from "./figures.js"
import type { Summary } from "./summary.js"
import { asCount } from "./units.js"

const NONE = "–"
const GAP = "   "

/** Whose figures are shown: the same number of subscribers, a column each. */
export interface TableOptions {
  readonly subscribers: number
  readonly summaries: readonly Summary[]
  /** The name of the one that is compared with the best of the others, figure by figure. */
  readonly ours: string
}

/** A table of figures as text. */
export function table({ subscribers, summaries, ours }: TableOptions): string {
  const own = summaries.find(({ name }) => name === ours)
  const others = summaries.filter(({ name }) => name !== ours)
  const compared = own !== undefined && others.length > 0
  const head = [`${asCount(subscribers)} subscribers`, ...summaries.map(({ name }) => name)]
  const rows = sections.flatMap(({ title, figures }) => {
    const known = figures.filter(({ read }) => summaries.some((one) => read(one) !== undefined))
    const lines = known.map((figure) => [
      `  ${figure.title}`,
      ...summaries.map((summary) => cell(figure, summary)),
      ...(compared ? [ratio(figure, own, others)] : []),
    ])
    return lines.length === 0 ? [] : [[title], ...lines]
  })
  return align([compared ? [...head, `${ours} / best peer`] : head, ...rows])
}

function cell({ read, show }: Figure, summary: Summary): string {
  const value = read(summary)
  return value === undefined ? NONE : show(value)
}

function ratio({ read, better }: Figure, own: Summary, others: readonly Summary[]): string {
  if (better === undefined) return ""
  const value = read(own)
  const ranked = others
    .flatMap((peer) => {
      const peerValue = read(peer)
      return peerValue === undefined ? [] : [{ name: peer.name, value: peerValue }]
    })
    .toSorted((a, b) => (a.value - b.value) * (better === "less" ? 1 : -1))
  const best = ranked[0]
  if (value === undefined || best === undefined) return NONE
  return `${(value / best.value).toFixed(2)} (${best.name})`
}

/** The first column to the left, the others to the right. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<readonly number[]>(
    (all, row) =>
      row.map((text, i) => Math.max(text.length, all[i] ?? 0)).concat(all.slice(row.length)),
    [],
  )
  const lines = rows.map((row) =>
    row.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))),
  )
  return lines.map((cells) => cells.join(GAP).trimEnd()).join("\n")
}
