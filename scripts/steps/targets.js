import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { root } from "./root.js"
import { runNode } from "./run.js"
import { isStale, stampBuilt } from "./stale.js"

/**
 * Something that is built.
 *
 * @typedef {object} Target
 * @property {string} name
 * @property {readonly string[]} sources Files and folders that it is made of, from the root.
 * @property {readonly string[]} outputs What the build leaves behind.
 * @property {() => Promise<boolean>} build Tells whether it went well.
 */

/**
 * Builds what is stale, what others need first.
 *
 * @param {{ only?: readonly string[], all?: boolean }} [options] `only` names the targets that are
 *   wanted, every one unless given; `all` builds what isn't stale, too.
 * @returns {Promise<boolean>} Whether all went well.
 */
export async function build({ only, all = false } = {}) {
  for (const target of targets()) {
    if (only && !only.includes(target.name)) continue
    if (!all && !isStale(target)) continue
    console.log(`Building ${target.name}`)
    const startedAt = Date.now()
    if (!(await target.build())) return false
    stampBuilt(target.name, startedAt)
  }
  return true
}

/** @returns {readonly Target[]} */
function targets() {
  const rooms = readdirSync(join(root, "packages")).map((name) => `packages/${name}`)
  const libraries = rooms.filter(
    (room) => room !== "packages/pages" && existsSync(join(root, room, "tsconfig.json")),
  )
  return [
    compiled("packages", libraries),
    command,
    scriptTag,
    djangoParts,
    pages,
    compiled("bench", ["bench"]),
  ]
}

/**
 * What tsc makes of some folders.
 *
 * @param {string} name
 * @param {readonly string[]} folders
 * @returns {Target}
 */
function compiled(name, folders) {
  const outputs = folders.map((folder) => `${folder}/dist`)
  return {
    name,
    sources: [
      "tsconfig.base.json",
      ...folders.flatMap((folder) => sourcesOf(folder, ["tsconfig.json"])),
    ],
    outputs,
    build() {
      // tsc trusts its notes of the last build, and leaves a dist that was deleted missing.
      const lost = outputs.some((path) => !existsSync(join(root, path)))
      return runNode("node_modules/typescript/bin/tsc", [
        "-b",
        ...(lost ? ["--force"] : []),
        ...folders,
      ])
    },
  }
}

/** What `instant` runs. @type {Target} */
const command = {
  name: "command",
  sources: [
    "package-lock.json",
    ...sourcesOf("packages/cli", ["make-bundle.js"]),
    ...sourcesOf("packages/engine", []),
    ...sourcesOf("packages/protocol", []),
    ...sourcesOf("packages/server", []),
  ],
  outputs: ["packages/cli/bundle/main.js"],
  build: () => runNode("make-bundle.js", [], { folder: join(root, "packages/cli") }),
}

/** The client for pages without a build. @type {Target} */
const scriptTag = {
  name: "script tag",
  sources: [
    "package-lock.json",
    ...sourcesOf("packages/client", ["make-bundle.js"]),
    ...sourcesOf("packages/protocol", []),
  ],
  outputs: ["packages/client/bundle/index.min.js", "packages/client/bundle/index.min.json"],
  build: () => runNode("make-bundle.js", [], { folder: join(root, "packages/client") }),
}

/** What the Python package carries of the others. @type {Target} */
const djangoParts = {
  name: "parts of django-instant",
  sources: ["django/copy-parts.js", ...command.sources, ...scriptTag.sources],
  outputs: [
    "django/src/instant/engine_program/js/bundle/main.js",
    "django/src/instant/static/instant/index.min.js",
  ],
  build: () => runNode("django/copy-parts.js"),
}

/** The demo page, which carries the client in its bundle, and the admin page. @type {Target} */
const pages = {
  name: "pages",
  sources: [
    "package-lock.json",
    ...sourcesOf("packages/pages", [
      "index.html",
      "admin",
      "public",
      "vite.shared.ts",
      "vite.config.ts",
      "vite.admin.config.ts",
    ]),
    ...sourcesOf("packages/client", []),
    ...sourcesOf("packages/protocol", []),
  ],
  outputs: ["packages/server/static/index.html", "packages/server/static/admin/index.html"],
  // The first empties the folder that both go into.
  build: async () => (await buildPage("vite.config.ts")) && buildPage("vite.admin.config.ts"),
}

/** @param {string} config */
function buildPage(config) {
  const vite = join(root, "node_modules/vite/bin/vite.js")
  return runNode(vite, ["build", "--config", config, "--logLevel", "warn"], {
    folder: join(root, "packages/pages"),
  })
}

/**
 * @param {string} folder
 * @param {readonly string[]} more What else its build reads.
 */
function sourcesOf(folder, more) {
  return ["src", "package.json", ...more].map((path) => `${folder}/${path}`)
}
