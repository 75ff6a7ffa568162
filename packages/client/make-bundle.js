import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { runInNewContext } from "node:vm"
import { build } from "rolldown"

// The client for pages without a build: one script that defines one global, and beside it what a
// page's `integrity` attribute has to say of it.
const file = "index.min.js"
/** It hands on the default export alone, so that this itself is the global. */
const entry = resolve("dist/page.js")

await build({
  input: entry,
  plugins: [
    {
      name: "entry",
      resolveId: (id) => (id === entry ? id : null),
      load: (id) => (id === entry ? 'export { default } from "./script-tag.js"' : null),
    },
  ],
  platform: "browser",
  logLevel: "warn",
  output: {
    dir: "bundle",
    entryFileNames: file,
    cleanDir: true,
    format: "iife",
    name: "$instant",
    minify: true,
    sourcemap: true,
  },
})

const script = readFileSync(`bundle/${file}`)
requireOneGlobal(script.toString())
const { version } = JSON.parse(readFileSync("package.json", "utf8"))
const integrity = `sha384-${createHash("sha384").update(script).digest("base64")}`
writeFileSync(
  "bundle/index.min.json",
  `${JSON.stringify({ file, version, integrity, bytes: script.length }, null, 2)}\n`,
)

/** @param {string} code @throws Error when a page would get another global, or none. */
function requireOneGlobal(code) {
  const page = {}
  runInNewContext(code, page)
  const globals = Object.keys(page).join(", ")
  if (globals !== "$instant")
    throw new Error(`${file} defines ${globals || "nothing"}, not $instant`)
}
