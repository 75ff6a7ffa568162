import { dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"
import { readEntries } from "./house.js"

/** @import { OutputChunk } from "rolldown" */
/** @import { Violation } from "./arrows.js" */
/** @import { Budget } from "./budgets.js" */

/**
 * What something weighs in a browser.
 *
 * @typedef {object} Size
 * @property {string} name
 * @property {string} file From the root.
 * @property {number} min Bytes, minified.
 * @property {number} gzip Bytes, minified and gzipped.
 * @property {number} [budget] Bytes at most, gzipped.
 */

/**
 * What goes into a bundle.
 *
 * @typedef {object} Ingredients
 * @property {string} input A file.
 * @property {string} [text] What is in it, where it isn't on the disk.
 * @property {readonly string[]} [packages] Those that are left out.
 * @property {ReadonlySet<string>} [modules] The files that are left out.
 */

/**
 * Weighs what has a budget.
 *
 * @param {string} root The house. Its packages are built.
 * @param {readonly Budget[]} budgets
 * @returns {Promise<readonly Size[]>}
 * @throws Error when an entry isn't there or can't be bundled.
 */
export async function measureSizes(root, budgets) {
  const entries = new Map(readEntries(root).map(({ specifier, file }) => [specifier, file]))
  return (await Promise.all(budgets.map((budget) => measure(root, budget, entries)))).flat()
}

/** @param {readonly Size[]} sizes @returns {readonly Violation[]} */
export const findOverweight = (sizes) =>
  sizes
    .filter(({ gzip, budget = gzip }) => gzip > budget)
    .map(({ name, file, gzip, budget }) => ({
      rule: "budget",
      file,
      detail: `${name} is ${gzip} bytes gzipped, and may be ${budget}`,
    }))

/**
 * @param {string} root
 * @param {Budget} budget
 * @param {ReadonlyMap<string, string>} entries
 * @returns {Promise<readonly Size[]>}
 */
async function measure(root, { entry, gzip, beside = [], over }, entries) {
  const file = entries.get(entry)
  if (file === undefined) throw new Error(`${entry} has a budget, and no package exports it`)
  const input = join(root, file)
  const packages = beside.filter((name) => !entries.has(name))
  const neighbours = beside.flatMap((name) => entries.get(name) ?? [])
  const modules = await modulesOf(
    neighbours.map((neighbour) => join(root, neighbour)),
    packages,
  )
  const whole = weigh(await bundle({ input, packages, modules }))
  if (!over) {
    const name = beside.length === 0 ? entry : `${entry} beside ${beside.join(", ")}`
    return [{ name, file, ...whole, budget: gzip }]
  }
  const text = `export { ${over.name} } from "${over.from}"`
  const base = weigh(await bundle({ input: join(dirname(input), "over.js"), text }))
  const own = { min: whole.min - base.min, gzip: whole.gzip - base.gzip }
  return [
    { name: `${entry} with ${over.from}`, file, ...whole },
    { name: `${entry} over ${over.from}`, file, ...own, budget: gzip },
  ]
}

/**
 * The files that are in the bundles of some.
 *
 * @param {readonly string[]} inputs
 * @param {readonly string[]} packages
 */
async function modulesOf(inputs, packages) {
  const bundles = await Promise.all(inputs.map((input) => bundle({ input, packages })))
  const modules = bundles.flat().flatMap((chunk) => Object.entries(chunk.modules))
  return new Set(modules.filter(([, { renderedLength }]) => renderedLength > 0).map(([id]) => id))
}

/** @param {readonly OutputChunk[]} chunks */
const weigh = (chunks) => ({
  min: sum(chunks.map(({ code }) => Buffer.byteLength(code))),
  gzip: sum(chunks.map(({ code }) => gzipSync(code, { level: 9 }).length)),
})

/** @param {readonly number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0)

/** @param {Ingredients} ingredients @returns {Promise<readonly OutputChunk[]>} */
async function bundle({ input, text, packages = [], modules = new Set() }) {
  const build = await rolldown({
    input,
    platform: "browser",
    external: (id) =>
      modules.has(id) || packages.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: text === undefined ? [] : [virtual(input, text)],
    onLog(_level, { code, message }) {
      // What isn't found would not be counted.
      if (code === "UNRESOLVED_IMPORT") throw new Error(message)
    },
  })
  const { output } = await build.generate({ minify: true })
  await build.close()
  return output.filter((file) => file.type === "chunk")
}

/** A file that isn't on the disk. @param {string} file @param {string} text */
const virtual = (file, text) => ({
  name: "virtual",
  resolveId: (/** @type {string} */ id) => (id === file ? id : null),
  load: (/** @type {string} */ id) => (id === file ? text : null),
})
