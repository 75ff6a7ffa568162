#!/usr/bin/env node

/** @type {typeof import("../dist/index.js")} */
const { main } = await import(new URL("../bundle/main.js", import.meta.url).href)

await main(process.argv)
