import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/**
 * What each room below `packages/` may import from the others: all that a room exports, or one
 * entry of it. A room that isn't here may import none.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const arrows = {
  protocol: [],
  engine: ["protocol"],
  server: ["engine", "protocol"],
  client: ["protocol/envelope"],
  "dcrf-client": [],
  pages: ["client"],
  cli: ["server", "engine"],
}

/** The engine's rooms, from the ground up: a floor imports nothing of the floors above it. */
export const engineFloors = [
  ["config", "delivery", "broker", "presence", "metrics", "tokens"],
  ["channel"],
  ["backend"],
  ["session"],
  ["transport", "api"],
]

/**
 * A way into a room, as its package.json has it.
 *
 * @typedef {object} Entry
 * @property {string} id As the arrows name it: `protocol/envelope`.
 * @property {string} room
 * @property {string} specifier What an import says: `@instant-ws/protocol/envelope`.
 * @property {string} file What it leads to, from the project's root.
 * @property {string} [types] Its declarations, from the project's root; a script for pages has none.
 */

/** @param {string} root @returns {readonly string[]} The rooms that are there. */
export const readRooms = (root) =>
  readdirSync(join(root, "packages"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()

/**
 * A room whose package others import from npm.
 *
 * @typedef {object} Library
 * @property {string} room
 * @property {string} name On npm.
 * @property {string} version
 */

/** @param {string} root @returns {readonly Library[]} */
export const readLibraries = (root) =>
  readRooms(root)
    .map((room) => ({ room, ...readManifest(root, room) }))
    .filter((manifest) => manifest.exports && !manifest.private)
    .map(({ room, name, version }) => ({ room, name, version }))

/** @param {string} root @param {string} room */
const readManifest = (root, room) =>
  JSON.parse(readFileSync(join(root, "packages", room, "package.json"), "utf8"))

/** @param {string} root @returns {readonly Entry[]} */
export const readEntries = (root) => readRooms(root).flatMap((room) => entriesOf(root, room))

/** @param {string} root @param {string} room @returns {readonly Entry[]} */
function entriesOf(root, room) {
  const { name, exports = {} } = readManifest(root, room)
  return Object.entries(exports).map(([path, target]) => ({
    id: room + path.slice(1),
    room,
    specifier: name + path.slice(1),
    file: join("packages", room, target.default),
    ...(target.types ? { types: join("packages", room, target.types) } : {}),
  }))
}
