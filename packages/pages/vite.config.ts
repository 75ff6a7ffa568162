import { defineConfig } from "vite"
import { shared } from "./vite.shared.js"

/** The server package ships what is built here; `npm run dev -w packages/pages` talks to an `npm start` beside it. */
export default defineConfig({
  ...shared,
  build: { ...shared.build, outDir: "../server/static", emptyOutDir: true },
})
