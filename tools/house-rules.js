import { readdirSync, readFileSync } from "node:fs"
import { join, relative, sep } from "node:path"

/** @import { Violation } from "./arrows.js" */

/** Names that say nothing of what is in a file or folder. */
const emptyNames = new Set(["utils", "util", "helpers", "helper", "common", "misc"])

/** What silences a check, as a comment. */
const suppression =
  /(?:\/\/|\/\*|\{\/\*)\s*(?:biome-ignore|@ts-expect-error|@ts-ignore|@ts-nocheck)/
/** The same with a reason of a few words after it. */
const reasoned = /(?:biome-ignore[a-z-]*\s+\S+:|@ts-expect-error:?)\s+\S+\s+\S+/

/** How many suppressions 1,000 lines may carry. */
const budget = 2

const folders = ["packages", "test", "bench", "examples", "scripts", "tools", "docs", "django"]
const unwritten = new Set(["node_modules", "dist", "static", "reference", ".cache"])

/**
 * Finds what the house forbids and Biome doesn't see: files and folders with empty names, and
 * comments that silence a check without a reason or too often.
 *
 * @param {string} root
 * @returns {readonly Violation[]}
 */
export function findBrokenHouseRules(root) {
  const files = folders.flatMap((folder) => [...walk(join(root, folder))])
  const paths = files.map((file) => relative(root, file))
  return [
    ...paths
      .filter(hasEmptyName)
      .map((file) => violation("empty name", file, "name it for what it is")),
    ...suppressionsIn(
      root,
      paths.filter((file) => /\.(ts|tsx|js)$/.test(file)),
    ),
  ]
}

/** @param {string} folder @returns {Generator<string>} */
function* walk(folder) {
  for (const entry of entriesOf(folder)) {
    if (unwritten.has(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else yield path
  }
}

/** @param {string} folder A folder that may not exist yet. */
function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

/** @param {string} path */
const hasEmptyName = (path) =>
  path.split(sep).some((part) => emptyNames.has(part.toLowerCase().split(".", 1).join()))

/** @param {string} root @param {readonly string[]} files */
function suppressionsIn(root, files) {
  const lines = files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .map((text, index) => ({ text, place: `${file}:${index + 1}` })),
  )
  const found = lines.filter(({ text }) => suppression.test(text))
  const over = found.length > (lines.length * budget) / 1000 ? found : []
  return [
    ...found
      .filter(({ text }) => !reasoned.test(text))
      .map(({ text, place }) => violation("suppression without a reason", place, text.trim())),
    ...over.map(({ text, place }) => violation("suppression over the budget", place, text.trim())),
  ]
}

/** @param {string} rule @param {string} file @param {string} detail */
const violation = (rule, file, detail) => ({ rule, file, detail })
