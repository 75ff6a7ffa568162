import { build } from "rolldown"

// The command in a few files. From hundreds, as they are compiled, it starts three times slower, and how soon
// an engine is back after a crash is what its clients feel. The server stays as it is, for it ships pages; what of it
// works offline is in each command.
await build({
  input: {
    main: "dist/index.js",
    "history-thread": "../engine/dist/broker/disk/history-thread.js",
  },
  platform: "node",
  external: ["libsql", "pg", "@instant-ws/server"],
  logLevel: "warn",
  output: { dir: "bundle", cleanDir: true, sourcemap: true },
})
