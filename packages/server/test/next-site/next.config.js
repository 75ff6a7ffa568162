import { fileURLToPath } from "node:url"

// Else Next.js takes the project for the root of the site, for it has a lock file too.
const root = fileURLToPath(new URL("..", import.meta.url))

export default { turbopack: { root } }
