import type { Figure } from "./figure.js"
import type { Summary } from "./summary.js"

const NONE = "–"
const GAP = "   "

/** One case: a column for each server. */
export interface TableOptions {
  readonly title: string
  readonly figures: readonly Figure[]
  readonly summaries: readonly Summary[]
  /** The name of the one that is compared with the best of the peers, figure by figure. */
  readonly ours: string
  readonly peers: readonly string[]
}

/** A table of figures as text. */
export function table({ title, figures, summaries, ours, peers }: TableOptions): string {
  const own = summaries.find(({ name }) => name === ours)
  const others = summaries.filter(({ name }) => peers.includes(name))
  const compared = own !== undefined && others.length > 0
  const head = [title, ...summaries.map(({ name }) => name)]
  const known = figures.filter(({ key }) => summaries.some((one) => one.figures[key] !== undefined))
  const rows = [...new Set(known.map(({ section }) => section))].flatMap((section) => [
    [section],
    ...known
      .filter((figure) => figure.section === section)
      .map((figure) => [
        `  ${figure.title}`,
        ...summaries.map((summary) => cell(figure, summary)),
        ...(compared ? [ratio(figure, own, others)] : []),
      ]),
  ])
  return align([compared ? [...head, `${ours} / best peer`] : head, ...rows])
}

function cell({ key, show }: Figure, { figures: { [key]: value } }: Summary): string {
  return value === undefined ? NONE : show(value)
}

function ratio({ key, better }: Figure, own: Summary, others: readonly Summary[]): string {
  if (better === undefined) return ""
  const value = own.figures[key]
  const ranked = others
    .flatMap(({ name, figures: { [key]: peerValue } }) =>
      peerValue === undefined ? [] : [{ name, value: peerValue }],
    )
    .toSorted((a, b) => (a.value - b.value) * (better === "less" ? 1 : -1))
  const best = ranked[0]
  if (value === undefined || best === undefined || best.value === 0) return NONE
  return `${(value / best.value).toFixed(2)} (${best.name})`
}

/** Rows of cells as text: the first column to the left, the others to the right. */
export function align(rows: readonly (readonly string[])[]): string {
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
