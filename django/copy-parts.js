import { createHash } from "node:crypto"
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

// What the Python package carries of this project: the engine's command, and the client for pages. Both are
// built before; they are copied, so that a wheel has them, and so has a checkout that pip installs as it is.
const packages = fileURLToPath(new URL("../packages/", import.meta.url))
const app = fileURLToPath(new URL("src/instant/", import.meta.url))

copyEngine(join(packages, "cli"), join(app, "engine_program/js"))
copyClient(join(packages, "client"), join(app, "static/instant"))

/** @param {string} from @param {string} to */
function copyEngine(from, to) {
  const bundle = join(from, "bundle")
  rmSync(to, { recursive: true, force: true })
  for (const folder of ["bin", "bundle"]) mkdirSync(join(to, folder), { recursive: true })
  cpSync(join(from, "bin/instant.js"), join(to, "bin/instant.js"))
  for (const file of filesIn(bundle, ".js")) {
    writeFileSync(join(to, "bundle", file), withoutMap(readFileSync(join(bundle, file), "utf8")))
  }
  const { name, version, license, type } = readJson(join(from, "package.json"))
  writeJson(join(to, "package.json"), { name, version, license, type, private: true })
  writeLicences(bundle, join(to, "THIRD-PARTY-LICENSES.txt"))
}

/** @param {string} from @param {string} to */
function copyClient(from, to) {
  const bundle = join(from, "bundle")
  const { version } = readJson(join(bundle, "index.min.json"))
  // Django's storage rewrites the address of a map, and then the hash is another one.
  const script = withoutMap(readFileSync(join(bundle, "index.min.js"), "utf8"))
  const integrity = `sha384-${createHash("sha384").update(script).digest("base64")}`
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  for (const file of ["index.min.js", "index.js"]) writeFileSync(join(to, file), script)
  writeJson(join(to, "index.min.json"), { version, integrity })
  writeLicences(bundle, join(to, "THIRD-PARTY-LICENSES.txt"))
}

/**
 * Writes the licence of each package that a bundle holds, by what its maps say it was made of.
 *
 * @param {string} bundle
 * @param {string} file
 */
function writeLicences(bundle, file) {
  const sources = filesIn(bundle, ".map").flatMap((map) => readJson(join(bundle, map)).sources)
  const folders = sources.flatMap((/** @type {string} */ source) => {
    const found = source.match(/node_modules\/(?:@[^/]+\/)?[^/]+/g)?.at(-1)
    return found ? [found] : []
  })
  const texts = [...new Set(folders)].sort().map((folder) => licenceOf(String(folder)))
  writeFileSync(file, texts.join(`\n${"-".repeat(72)}\n\n`))
}

/** @param {string} folder Of a package, from `node_modules`. */
function licenceOf(folder) {
  const place = join(packages, "..", folder)
  const { name, version, license } = readJson(join(place, "package.json"))
  const file = readdirSync(place).find((each) => /^licen[cs]e/i.test(each))
  if (file === undefined && license === undefined) throw new Error(`${name} tells no licence`)
  const text =
    file === undefined ? `Licence: ${license}\n` : readFileSync(join(place, file), "utf8")
  return `${name} ${version}\n\n${text.trimEnd()}\n`
}

/** @param {string} folder @param {string} end */
function filesIn(folder, end) {
  return readdirSync(folder).filter((file) => file.endsWith(end))
}

/** @param {string} code */
function withoutMap(code) {
  return code.replace(/^\/\/# sourceMappingURL=.*\n?/gm, "")
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"))
}

/** @param {string} file @param {object} value */
function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}
