import { fileURLToPath } from "node:url"
import { runnerImport } from "vite"

// node start.js PROGRAM: runs a program beside it from its TypeScript source, as the tests are run.
const [program = ""] = process.argv.slice(2)
await runnerImport(fileURLToPath(new URL(program, import.meta.url)), { configFile: false })
