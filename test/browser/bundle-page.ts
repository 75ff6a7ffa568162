import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"

/**
 * Bundles a page's script, with the packages as they are built.
 * @param entry relative to this folder, such as `pages/demo/main.ts`
 * @returns the text of a module
 */
export async function bundlePage(entry: string): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL(entry, import.meta.url)),
    platform: "browser",
    logLevel: "silent",
    transform: { define: { "process.env.NODE_ENV": '"development"' } },
  })
  const { output } = await bundle.generate({ format: "esm" })
  await bundle.close()
  return output[0].code
}
