import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { z } from "zod"

const size = z.object({
  name: z.string(),
  /** Bytes, minified. */
  min: z.number(),
  /** Bytes, minified and gzipped. */
  gzip: z.number(),
  /** Bytes that it may be, gzipped. */
  budget: z.number().optional(),
})

const sizes = z.object({
  sizes: z.array(size),
  /** What those weigh in whose place ours come. */
  originals: z.array(size),
  /** All of it as text. */
  table: z.string(),
})
/** What the clients weigh in a browser. */
export type Sizes = z.infer<typeof sizes>

/** Weighs the clients as `npm run check` does. @throws Error when they can't be bundled. */
export function measureSizes(): Sizes {
  const root = fileURLToPath(new URL("../../../", import.meta.url))
  const args = ["tools/check-sizes.js", "--json"]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" })
  // One that is over its budget is told on the other stream, and its size is here.
  if (!stdout.startsWith("{")) throw new Error(`The clients can't be weighed: ${stderr}`)
  return sizes.parse(JSON.parse(stdout))
}
