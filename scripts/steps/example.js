import { readFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { findPython } from "./pythons.js"
import { root } from "./root.js"
import { run } from "./run.js"
import { makeVenv } from "./venv.js"

/** @import { DjangoSite } from "./django-site.js" */

/** Newest first: those that the Django of the example knows. */
const minors = ["3.13", "3.12", "3.11", "3.10"]
const app = join(root, "django")

const folder = join(root, "examples/django")

/**
 * Makes the example's virtual environment, or takes the one that is there.
 *
 * @returns {Promise<string | undefined>} Its Python; nothing when it can't be made, and why is said.
 */
export async function exampleVenv() {
  const python = minors.map(findPython).find((found) => found !== undefined)
  if (!python) {
    console.error("There is no Python from 3.10 to 3.13 with venv: install one for the example.")
    return undefined
  }
  return makeVenv(join(root, ".cache/django/example"), {
    python,
    packages: ["--editable", app, "Django>=5.2"],
    inputs: readFileSync(join(app, "pyproject.toml"), "utf8"),
  })
}

/**
 * Makes what the example needs: a virtual environment, and a database in a folder.
 *
 * @param {string} data The folder of its database.
 * @param {number} enginePort
 * @returns {Promise<DjangoSite | undefined>} Nothing when it can't be made, and why is said.
 */
export async function prepareExample(data, enginePort) {
  const program = await exampleVenv()
  if (!program) return undefined
  const env = {
    SHOP_DATA: data,
    SHOP_ENGINE_PORT: String(enginePort),
    PYTHONUNBUFFERED: "1",
    // The engine runs with this Node.
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  }
  const options = { folder, quiet: true, env }
  if (!(await run(program, ["manage.py", "migrate"], options))) return undefined
  return { folder, python: program, env, engineHome: join(data, ".instant") }
}
