import { defineConfig } from "vite"
import { shared } from "./vite.shared.js"

/** The admin page, built into `static/admin` of the server package after the demo page, which empties `static`. */
export default defineConfig({
  ...shared,
  base: "/instant/",
  publicDir: false,
  build: {
    ...shared.build,
    outDir: "../server/static",
    assetsDir: "admin/assets",
    emptyOutDir: false,
    rolldownOptions: { input: "admin/index.html" },
  },
})
