import { fileURLToPath } from "node:url"

/** Where the build of `packages/pages` goes: beside `src` and `dist`. */
export const staticFolder = fileURLToPath(new URL("../../static", import.meta.url))
