import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Application, Logger, LogLevel } from "typedoc"
import { readRooms } from "./house.js"

/** @import { Violation } from "./arrows.js" */

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
  const published = readPublished(root)
  const app = await bootstrap(root, published)
  const logger = new FaultLogger()
  app.logger = logger
  const project = await app.convert()
  if (!project) throw new Error(`The packages can't be read: ${logger.faults.join("\n")}`)
  for (const module of project.children ?? []) {
    module.name = published.get(module.name.split("/", 1).join()) ?? module.name
  }
  app.validate(project)
  return {
    violations: logger.faults.map((fault) => violation(fault, published)),
    write: () => app.generateOutputs(project),
  }
}

/** @param {string} root @returns {ReadonlyMap<string, string>} The npm names, by room. */
function readPublished(root) {
  const manifests = readRooms(root).map((room) => {
    const text = readFileSync(join(root, "packages", room, "package.json"), "utf8")
    return { room, ...JSON.parse(text) }
  })
  return new Map(
    manifests
      .filter((manifest) => manifest.exports && !manifest.private)
      .map(({ room, name }) => [room, name]),
  )
}

/** @param {string} root @param {ReadonlyMap<string, string>} published */
const bootstrap = (root, published) =>
  Application.bootstrap({
    name: "Instant",
    entryPoints: [...published.keys()].map((room) => join(root, "packages", room, "src/index.ts")),
    basePath: join(root, "packages"),
    tsconfig: join(root, "tools/tsconfig.reference.json"),
    // tsc has checked the types.
    skipErrorChecking: true,
    excludePrivate: true,
    disableGit: true,
    disableSources: true,
    validation: { notExported: false, invalidLink: true, notDocumented: true },
    packagesRequiringDocumentation: [...published.values()],
    requiredToBeDocumented: ["Class", "Function", "Interface", "TypeAlias", "Variable", "Enum"],
    readme: "none",
    out: join(root, "docs/reference"),
  })

/** @param {string} fault In TypeDoc's words. @param {ReadonlyMap<string, string>} published */
function violation(fault, published) {
  const [, what, place] = /^(.*), defined in (.*), does not have any/.exec(fault) ?? []
  if (!what || !place) return { rule: "reference", file: "packages", detail: fault }
  const [room, name] = [...published].find(([, name]) => place.startsWith(`${name}/`)) ?? ["", ""]
  return { rule: "undocumented", file: `packages/${room}${place.slice(name.length)}`, detail: what }
}
