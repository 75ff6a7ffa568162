import { execFile } from "node:child_process"
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"

const root = fileURLToPath(new URL("../", import.meta.url))
const folder = join(root, ".cache/docs-examples")

/** What the examples call their page's own. */
const prelude = `export {}
declare global {
  function show(...what: readonly unknown[]): void
  function render(...what: readonly unknown[]): void
  function report(error: Error): void
  function toast(text: string): void
  function highlight(what: unknown): void
  const username: string
  const password: string
}
`

const settings = {
  extends: "../../tsconfig.base.json",
  compilerOptions: {
    composite: false,
    declaration: false,
    declarationMap: false,
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    jsx: "react-jsx",
    lib: ["es2023", "dom", "dom.iterable"],
    types: ["node"],
  },
  include: ["."],
}

/** The examples of a page that are TypeScript, each as a module of its own. */
function examplesOf(text: string): readonly { readonly kind: string; readonly code: string }[] {
  const blocks = text.matchAll(/^```(tsx?)\n(.*?)^```$/gms)
  return [...blocks].map(([, kind = "ts", code = ""]) => ({ kind, code: `${code}\nexport {}\n` }))
}

test("the examples of the docs and the READMEs compile against what is built", async () => {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const docs = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"))
  const pages = [
    "README.md",
    "packages/client/README.md",
    "packages/dcrf-client/README.md",
    ...docs.map((name) => `docs/${name}`),
  ]
  let count = 0
  for (const page of pages) {
    const examples = examplesOf(await readFile(join(root, page), "utf8"))
    for (const [index, { kind, code }] of examples.entries()) {
      const name = `${page.replace(/\.md$/, "").replaceAll("/", "-")}-${index + 1}.${kind}`
      await writeFile(join(folder, name), code)
      count++
    }
  }
  expect(count).toBeGreaterThan(20)
  await writeFile(join(folder, "prelude.d.ts"), prelude)
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }))
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings))
  const tsc = join(root, "node_modules/typescript/bin/tsc")
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", folder]).catch(
    (failure: { readonly stdout: string }) => failure,
  )
  expect(stdout).toBe("")
})
