import { fileURLToPath } from "node:url"
import { readReference } from "./reference.js"

// node tools/write-reference.js: the reference of the published packages, into docs/reference/.
const { write } = await readReference(fileURLToPath(new URL("../", import.meta.url)))
await write()
