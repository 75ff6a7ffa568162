import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const source = (path: string): string =>
  fileURLToPath(new URL(`./packages/${path}`, import.meta.url))

/** A thread runs what was built, for it can't read the sources. */
const builtThreads = {
  name: "built-threads",
  transform: (code: string, id: string) =>
    id.includes("/src/") && code.includes("new Worker(")
      ? code.replaceAll("import.meta.url", 'import.meta.url.replace("/src/", "/dist/")')
      : undefined,
}

/** Tests read the sources, so that a run needs no build; what starts a process or a thread needs one. */
export default defineConfig({
  plugins: [builtThreads],
  resolve: {
    alias: [
      {
        find: /^@instant-ws\/protocol\/envelope$/,
        replacement: source("protocol/src/envelope.ts"),
      },
      {
        find: /^@instant-ws\/(protocol|engine|server|cli)$/,
        replacement: source("$1/src/index.ts"),
      },
      { find: /^djangoinstant$/, replacement: source("client/src/index.ts") },
      { find: /^djangoinstant\/(\w+)$/, replacement: source("client/src/$1/index.ts") },
      { find: /^#platform$/, replacement: source("client/src/platform/node.ts") },
      { find: /^dcrf-client$/, replacement: source("dcrf-client/src/index.ts") },
      { find: /^dcrf-client\/(\w+)$/, replacement: source("dcrf-client/src/$1/index.ts") },
    ],
  },
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          globalSetup: "test/postgres-setup.ts",
          include: [
            "packages/*/test/**/*.test.ts",
            "bench/test/**/*.test.ts",
            "test/*.test.ts",
            "test/endurance/*.test.ts",
          ],
        },
      },
      {
        extends: true,
        test: { name: "browser", include: ["test/browser/**/*.test.ts"] },
      },
    ],
  },
})
