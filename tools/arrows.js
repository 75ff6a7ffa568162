import { existsSync } from "node:fs"
import { join } from "node:path"
import { cruise } from "dependency-cruiser"
import { arrows, engineFloors, readEntries, readRooms } from "./house.js"

/** @import { IForbiddenRuleType } from "dependency-cruiser" */
/** @import { Entry } from "./house.js" */

/**
 * A broken rule.
 *
 * @typedef {object} Violation
 * @property {string} rule
 * @property {string} file From the project's root.
 * @property {string} detail
 */

/** What of a package runs at its user's, tests apart. */
const shipped = "(src|bin)/"

/**
 * Finds the imports that the house doesn't allow: against an arrow, into a package's insides, in a
 * cycle, of what the package doesn't declare, or of what can't be found and so can't be judged.
 *
 * @param {string} root The house. Its packages are built: their exports lead to what is built.
 * @returns {Promise<readonly Violation[]>}
 */
export async function findForbiddenImports(root) {
  const folders = ["packages", "test", "bench", "examples", "scripts"]
  const { output } = await cruise(
    folders.filter((folder) => existsSync(join(root, folder))),
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: rulesFor(root) },
      tsPreCompilationDeps: true,
      combinedDependencies: false,
      exclude: { path: "(^|/)(\\.cache|static)/" },
      doNotFollow: { path: "(^|/)(node_modules|dist|bundle)/" },
    },
    { exportsFields: ["exports"], conditionNames: ["import", "browser", "node", "default"] },
  )
  if (typeof output === "string")
    throw new Error(`dependency-cruiser answered with text: ${output}`)
  return output.summary.violations.map(({ rule, from, to, cycle }) => ({
    rule: rule.name,
    file: from,
    detail: cycle ? [from, ...cycle.map(({ name }) => name)].join(" → ") : to,
  }))
}

/** @param {string} root @returns {IForbiddenRuleType[]} */
function rulesFor(root) {
  const entries = readEntries(root)
  const rooms = readRooms(root)
  /** @type {IForbiddenRuleType[]} */
  const rules = [
    ...rooms.map((room) => arrowRule(room, entries)),
    ...insidesRules(entries),
    ...engineFloors.map(floorRule),
    { name: "cycle", from: {}, to: { circular: true } },
    // A module of a newer Node isn't there in the oldest one, and Next.js is 340 MB for one example.
    { name: "unresolvable", from: {}, to: { couldNotResolve: true, pathNot: "^(node:|next$)" } },
    {
      name: "undeclared",
      from: { path: `^packages/[^/]+/${shipped}` },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm-peer"] },
    },
    {
      name: "dev-dependency",
      from: { path: `^packages/[^/]+/${shipped}`, pathNot: "^packages/pages/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only", "npm-peer"] },
    },
    {
      // Who doesn't use the framework doesn't install it.
      name: "peer dependency outside its entry",
      from: { path: `^packages/[^/]+/${shipped}`, pathNot: "/src/(react|vue)/" },
      to: { dependencyTypes: ["npm-peer"], dependencyTypesNot: ["type-only"] },
    },
  ]
  return rules.map((rule) => ({ ...rule, severity: "error" }))
}

/**
 * @param {string} room One without arrows may import none.
 * @param {readonly Entry[]} entries
 */
function arrowRule(room, entries) {
  const targets = arrows[room] ?? []
  const allowed = entries.filter(({ id, room: owner }) =>
    targets.some((to) => to === id || to === owner),
  )
  return {
    name: `arrow from ${room}`,
    from: { path: `^packages/${room}/${shipped}` },
    to: {
      path: "^packages/",
      pathNot: [`^packages/${room}/`, ...allowed.map(({ file }) => exactly(file))],
    },
  }
}

/** Nobody enters a package but by what it exports. @param {readonly Entry[]} entries */
function insidesRules(entries) {
  const doors = [...entries.map(({ file }) => exactly(file)), "^packages/[^/]+/bin/"]
  return [
    {
      name: "insides",
      from: { path: "^packages/([^/]+)/" },
      to: { path: "^packages/", pathNot: ["^packages/$1/", ...doors] },
    },
    {
      name: "insides",
      from: { pathNot: "^packages/" },
      // What drives a package in its own tests may drive it in those that cross packages.
      to: { path: "^packages/", pathNot: [...doors, "^packages/[^/]+/test/"] },
    },
  ]
}

/** @param {readonly string[]} floor @param {number} height */
function floorRule(floor, height) {
  const above = engineFloors.slice(height + 1).flat()
  return {
    name: "engine floors",
    from: { path: `^packages/engine/src/(${floor.join("|")})/` },
    to: { path: `^packages/engine/src/(${[...above, "engine\\.ts"].join("|")})(/|$)` },
  }
}

/** @param {string} path */
const exactly = (path) => `^${path.replaceAll(".", "\\.")}$`
