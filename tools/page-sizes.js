import { readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { gzipSync } from "node:zlib"

/** @import { PageBudget } from "./budgets.js" */
/** @import { Size } from "./sizes.js" */

/**
 * Weighs the scripts of built pages: those that come at first, and all.
 *
 * @param {string} root The house. Its pages are built.
 * @param {readonly PageBudget[]} budgets
 * @returns {readonly Size[]}
 * @throws Error when a page isn't there, or asks for no script.
 */
export const measurePages = (root, budgets) =>
  budgets.flatMap(({ name, folder, first, whole }) => {
    const file = join(folder, "index.html")
    const scripts = readdirSync(join(root, folder, "assets")).filter((path) => path.endsWith(".js"))
    const atFirst = firstScripts(readFileSync(join(root, file), "utf8"))
    if (atFirst.length === 0) throw new Error(`${file} asks for no script`)
    const weigh = (/** @type {readonly string[]} */ names) =>
      weightOf(names.map((script) => join(root, folder, "assets", script)))
    return [
      { name: `${name} at first`, file, ...weigh(atFirst), budget: first },
      { name: `${name}, all scripts`, file, ...weigh(scripts), budget: whole },
    ]
  })

/** The scripts that a page names itself. @param {string} html */
const firstScripts = (html) =>
  [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path = ""]) => basename(path))

/** @param {readonly string[]} files */
function weightOf(files) {
  const contents = files.map((file) => readFileSync(file))
  return {
    min: contents.reduce((sum, { length }) => sum + length, 0),
    gzip: contents.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0),
  }
}
