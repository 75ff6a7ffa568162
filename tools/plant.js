import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { arrows } from "./house.js"

/** @import { Planted } from "./planted.js" */

/** npm names that don't follow from the room's. @type {Readonly<Record<string, string>>} */
const npmNames = { client: "djangoinstant", "dcrf-client": "dcrf-client" }

/** @param {string} room */
const npmName = (room) => npmNames[room] ?? `@instant-ws/${room}`

/**
 * Makes a small house with the project's rooms, and plants files in it.
 *
 * @param {readonly Planted[]} planted
 * @returns {string} Its folder, a temporary one, which the caller removes.
 */
export function plant(planted) {
  const root = mkdtempSync(join(tmpdir(), "instant-planted-"))
  for (const room of Object.keys(arrows)) furnish(root, room)
  addPackage(root, "undeclared-package")
  addPackage(root, "dev-package")
  addPackage(root, "peer-package")
  for (const { file, text } of planted) write(join(root, file), text)
  return root
}

/** @param {string} root @param {string} room */
function furnish(root, room) {
  const folder = join(root, "packages", room)
  const dependencies = Object.fromEntries(Object.keys(arrows).map((other) => [npmName(other), "*"]))
  writeJson(join(folder, "package.json"), {
    name: npmName(room),
    version: "0.0.0",
    exports: {
      ".": entryTo("index"),
      ...(room === "protocol" ? { "./envelope": entryTo("envelope") } : {}),
    },
    dependencies,
    devDependencies: { "dev-package": "*", "peer-package": "*" },
    peerDependencies: { "peer-package": "*" },
    peerDependenciesMeta: { "peer-package": { optional: true } },
  })
  for (const name of ["index", "envelope"]) write(join(folder, `dist/${name}.js`), "export {}\n")
  const link = join(root, "node_modules", npmName(room))
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(folder, link, "junction")
}

/** @param {string} name A file's, without its ending. */
export const entryTo = (name) => ({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` })

/** @param {string} root @param {string} name */
function addPackage(root, name) {
  writeJson(join(root, "node_modules", name, "package.json"), { name, main: "index.js" })
  write(join(root, "node_modules", name, "index.js"), "module.exports = {}\n")
}

/** @param {string} path @param {unknown} value */
const writeJson = (path, value) => write(path, JSON.stringify(value))

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
