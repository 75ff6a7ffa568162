import { mkdir, writeFile } from "node:fs/promises"
import { relative } from "node:path"
import { fileURLToPath } from "node:url"
import type { Report } from "./report.js"

const folder = new URL("../../../.cache/bench/", import.meta.url)

/** Writes a report as JSON and tells the file, as seen from the working directory. */
export async function saveReport(report: Report): Promise<string> {
  await mkdir(folder, { recursive: true })
  const file = new URL(`${report.date.replaceAll(/[:.]/g, "-")}.json`, folder)
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  return relative(process.cwd(), fileURLToPath(file))
}
