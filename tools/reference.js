import { join } from "node:path"
import { Application, Logger, LogLevel } from "typedoc"
import { readEntries, readLibraries } from "./house.js"

/** @import { Violation } from "./arrows.js" */
/** @import { Library } from "./house.js" */

/** Keeps what TypeDoc finds fault with. */
class FaultLogger extends Logger {
  /** @type {string[]} */
  faults = []

  /** @override @param {string} message @param {LogLevel} level */
  log(message, level) {
    if (level >= LogLevel.Warn) this.faults.push(message)
  }
}

/**
 * Reads the documentation of what the published packages export.
 *
 * @param {string} root The house. Its packages are built.
 * @returns {Promise<{ violations: readonly Violation[], write: () => Promise<void> }>} What isn't
 *   documented or badly so, and what writes the reference into docs/reference/.
 * @throws Error when TypeDoc can't read the packages.
 */
export async function readReference(root) {
  const libraries = readLibraries(root)
  const doors = readDoors(root, libraries)
  const app = await bootstrap(root, doors, libraries)
  const logger = new FaultLogger()
  app.logger = logger
  const project = await app.convert()
  if (!project) throw new Error(`The packages can't be read: ${logger.faults.join("\n")}`)
  for (const module of project.children ?? []) {
    const door = doors.find((one) => moduleOf(one) === module.name)
    if (door) module.name = door.specifier
  }
  app.validate(project)
  return {
    violations: logger.faults.map((fault) => violation(fault, libraries)),
    write: () => app.generateOutputs(project),
  }
}

/**
 * A source of what a published package exports.
 *
 * @typedef {object} Door
 * @property {string} source From the project's root.
 * @property {string} specifier What an import says.
 */

/** @param {string} root @param {readonly Library[]} libraries @returns {readonly Door[]} */
function readDoors(root, libraries) {
  const rooms = new Set(libraries.map(({ room }) => room))
  return readEntries(root).flatMap(({ room, specifier, types }) => {
    if (!types || !rooms.has(room)) return []
    return [{ source: types.replace("/dist/", "/src/").replace(".d.ts", ".ts"), specifier }]
  })
}

/** As TypeDoc names it. @param {Door} door */
const moduleOf = ({ source }) => source.replace(/^packages\//, "").replace(/(\/index)?\.ts$/, "")

/** @param {string} root @param {readonly Door[]} doors @param {readonly Library[]} libraries */
const bootstrap = (root, doors, libraries) =>
  Application.bootstrap({
    name: "Instant",
    entryPoints: doors.map(({ source }) => join(root, source)),
    basePath: join(root, "packages"),
    tsconfig: join(root, "tools/tsconfig.reference.json"),
    // tsc has checked the types.
    skipErrorChecking: true,
    excludePrivate: true,
    disableGit: true,
    disableSources: true,
    validation: { notExported: false, invalidLink: true, notDocumented: true },
    packagesRequiringDocumentation: libraries.map(({ name }) => name),
    requiredToBeDocumented: ["Class", "Function", "Interface", "TypeAlias", "Variable", "Enum"],
    readme: "none",
    out: join(root, "docs/reference"),
  })

/** @param {string} fault In TypeDoc's words. @param {readonly Library[]} libraries */
function violation(fault, libraries) {
  const [, what, place] = /^(.*), defined in (.*), does not have any/.exec(fault) ?? []
  const library = libraries.find(({ name }) => place?.startsWith(`${name}/`))
  if (!what || !place || !library) return { rule: "reference", file: "packages", detail: fault }
  const file = `packages/${library.room}${place.slice(library.name.length)}`
  return { rule: "undocumented", file, detail: what }
}
