/** @import { Size } from "./sizes.js" */

/**
 * Sizes as text, a line for each.
 *
 * @param {readonly Omit<Size, "file">[]} sizes
 */
export function sizeTable(sizes) {
  const rows = [
    ["bytes in a browser", "min", "gzip", "budget"],
    ...sizes.map(({ name, min, gzip, budget }) => [name, shown(min), shown(gzip), shown(budget)]),
  ]
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map(([name = "", ...values]) => [
      name.padEnd(widths[0] ?? 0),
      ...values.map((text, i) => text.padStart(widths[i + 1] ?? 0)),
    ])
    .map((cells) => cells.join("   "))
    .join("\n")
}

/** @param {number | undefined} bytes */
const shown = (bytes) => bytes?.toLocaleString("en") ?? "–"
