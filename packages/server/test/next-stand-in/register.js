import { register } from "node:module"

// node --import ./register.js …: `next` is the file beside this one.
const standIn = new URL("./next.js", import.meta.url).href
const hooks = `export const resolve = (specifier, context, next) =>
  specifier === "next" ? { url: ${JSON.stringify(standIn)}, shortCircuit: true } : next(specifier, context)`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)
