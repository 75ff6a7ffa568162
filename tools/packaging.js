import { mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { problemAffectsResolutionKind, problemKindInfo } from "@arethetypeswrong/core/problems"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { runNpm } from "../scripts/steps/npm.js"
import { readLibraries } from "./house.js"

/** @import { Analysis, Problem, ResolutionKind } from "@arethetypeswrong/core" */
/** @import { Violation } from "./arrows.js" */
/** @import { Library } from "./house.js" */

/** Who can import packages that are ESM only. @type {readonly ResolutionKind[]} */
const resolutions = ["node16-esm", "bundler"]
/** Scripts for pages, which nobody imports. */
const scripts = /\.min\.js(on)?$/

/**
 * Finds what would be wrong with the published packages for those who install them: entries that
 * lead nowhere, types that don't fit, fields that mislead.
 *
 * @param {string} root The house. Its packages are built.
 * @returns {Promise<readonly Violation[]>}
 * @throws Error when npm can't pack them.
 */
export async function findPackagingFaults(root) {
  const libraries = readLibraries(root)
  const folder = join(root, ".cache/packed")
  await pack(root, libraries, folder)
  const found = libraries.map(async (library) => {
    const tarball = readFileSync(join(folder, fileOf(library)))
    return [...(await findBadFields(tarball, library)), ...(await findBadTypes(tarball, library))]
  })
  return (await Promise.all(found)).flat()
}

/** @param {string} root @param {readonly Library[]} libraries @param {string} folder */
async function pack(root, libraries, folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const rooms = libraries.map(({ room }) => `./packages/${room}`)
  const args = ["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder]
  const packed = await runNpm([...args, ...rooms], { folder: root, quiet: true })
  if (!packed) throw new Error(`npm can't pack ${rooms.join(", ")}`)
}

/** What npm calls the tarball. @param {Library} library */
const fileOf = ({ name, version }) =>
  `${name.replace(/^@/, "").replaceAll("/", "-")}-${version}.tgz`

/** @param {Buffer} tarball @param {Library} library @returns {Promise<readonly Violation[]>} */
async function findBadFields(tarball, { room }) {
  const { messages, pkg } = await publint({
    pack: { tarball: new Uint8Array(tarball).buffer },
    strict: true,
  })
  return messages.map((message) => ({
    rule: message.code,
    file: `packages/${room}/package.json`,
    detail: formatMessage(message, pkg, { color: false }) ?? message.path.join("."),
  }))
}

/** @param {Buffer} tarball @param {Library} library @returns {Promise<readonly Violation[]>} */
async function findBadTypes(tarball, { room, name }) {
  const manifest = `packages/${room}/package.json`
  const analysis = await checkPackage(createPackageFromTarballData(tarball), {
    excludeEntrypoints: [scripts],
  })
  if (!analysis.types) return [{ rule: "untyped", file: manifest, detail: "it has no types" }]
  return analysis.problems
    .filter((problem) => concernsAny(problem, analysis))
    .map((problem) => ({
      rule: problem.kind,
      file:
        "fileName" in problem
          ? problem.fileName.replace(`/node_modules/${name}/`, `packages/${room}/`)
          : manifest,
      detail: `${problemKindInfo[problem.kind].title}${placeOf(problem)}`,
    }))
}

/** @param {Problem} problem @param {Analysis} analysis */
const concernsAny = (problem, analysis) =>
  resolutions.some((kind) => problemAffectsResolutionKind(problem, kind, analysis))

/** @param {Problem} problem */
function placeOf(problem) {
  if ("entrypoint" in problem) return `: ${problem.entrypoint} (${problem.resolutionKind})`
  if ("moduleSpecifier" in problem) return `: ${problem.moduleSpecifier}`
  return "typesFileName" in problem ? `: ${problem.typesFileName}` : ""
}
