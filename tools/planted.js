import { createHash } from "node:crypto"
import { entryTo } from "./plant.js"

/** @import { Budget } from "./budgets.js" */

/**
 * A file that breaks a rule, or with no rule one that breaks none.
 *
 * @typedef {object} Planted
 * @property {string} file From the house's root.
 * @property {string} text
 * @property {string} [rule] As the tool that must catch it names it.
 */

const manyLines = (/** @type {number} */ count) => "  calls += 1\n".repeat(count)
/** In two halves, lest the checks take it for one of this file's. */
const ignore = `${"//"} biome-ignore lint/suspicious/noExplicitAny:`

/** @param {string} room @param {string} specifier @param {string} [rule] @returns {Planted} */
const arrow = (room, specifier, rule) => ({
  file: `packages/${room}/src/to-${specifier.replace(/\W+/g, "-").replace(/^-/, "")}.ts`,
  text: `import type { Door } from "${specifier}"\nexport type Mine = Door\n`,
  ...(rule ? { rule } : {}),
})

/** @type {readonly Planted[]} */
const plantedArrows = [
  arrow("engine", "@instant-ws/protocol"),
  arrow("engine", "@instant-ws/protocol/envelope"),
  arrow("server", "@instant-ws/protocol"),
  arrow("server", "@instant-ws/engine"),
  arrow("client", "@instant-ws/protocol/envelope"),
  arrow("pages", "djangoinstant"),
  arrow("cli", "@instant-ws/engine"),
  arrow("cli", "@instant-ws/server"),
  arrow("protocol", "@instant-ws/engine", "arrow from protocol"),
  arrow("engine", "@instant-ws/server", "arrow from engine"),
  arrow("server", "djangoinstant", "arrow from server"),
  arrow("client", "@instant-ws/protocol", "arrow from client"),
  arrow("client", "@instant-ws/server", "arrow from client"),
  arrow("pages", "@instant-ws/protocol/envelope", "arrow from pages"),
  arrow("pages", "@instant-ws/server", "arrow from pages"),
  arrow("cli", "@instant-ws/protocol", "arrow from cli"),
]

/** @type {readonly Planted[]} */
export const plantedImports = [
  ...plantedArrows,
  {
    file: "packages/engine/src/goes-round.ts",
    text: 'import { back } from "./comes-back.js"\nexport const round = (): string => back()\n',
    rule: "cycle",
  },
  {
    file: "packages/engine/src/comes-back.ts",
    text: 'import { round } from "./goes-round.js"\nexport const back = (): string => round()\n',
    rule: "cycle",
  },
  {
    file: "packages/engine/src/type-goes-round.ts",
    text: 'import type { Back } from "./type-comes-back.js"\nexport type Round = { back: Back }\n',
    rule: "cycle",
  },
  {
    file: "packages/engine/src/type-comes-back.ts",
    text: 'import type { Round } from "./type-goes-round.js"\nexport type Back = { round: Round }\n',
    rule: "cycle",
  },
  {
    file: "packages/server/src/climbs-in.ts",
    text: 'export { inside } from "../../engine/src/inside.js"\n',
    rule: "insides",
  },
  {
    file: "test/climbs-in.ts",
    text: 'export { inside } from "../packages/engine/src/inside.js"\n',
    rule: "insides",
  },
  {
    file: "packages/server/src/picks-the-lock.ts",
    text: 'export { inside } from "@instant-ws/engine/dist/inside.js"\n',
    rule: "unresolvable",
  },
  {
    file: "packages/protocol/src/borrows.ts",
    text: 'export { borrowed } from "undeclared-package"\n',
    rule: "undeclared",
  },
  {
    file: "packages/engine/src/borrows-for-tests.ts",
    text: 'export { borrowed } from "dev-package"\n',
    rule: "dev-dependency",
  },
  { file: "packages/engine/test/borrows.test.ts", text: 'import "dev-package"\n' },
  { file: "packages/client/src/react/borrows.ts", text: 'export { part } from "peer-package"\n' },
  {
    file: "packages/client/src/borrows.ts",
    text: 'export { part } from "peer-package"\n',
    rule: "peer dependency outside its entry",
  },
  {
    file: "packages/engine/src/delivery/climbs.ts",
    text: 'import type { Session } from "../session/session.js"\nexport type Mine = Session\n',
    rule: "engine floors",
  },
  {
    file: "packages/engine/src/session/session.ts",
    text: 'import type { Flow } from "../delivery/flow.js"\nexport type Session = Flow\n',
  },
  { file: "packages/engine/src/delivery/flow.ts", text: "export type Flow = number\n" },
  { file: "packages/engine/src/inside.ts", text: "export const inside = 1\n" },
]

/** @type {readonly Planted[]} */
export const plantedLint = [
  {
    file: "packages/engine/src/floats.ts",
    text: "async function send(): Promise<void> {}\nexport const go = (): void => {\n  send()\n}\n",
    rule: "lint/nursery/noFloatingPromises",
  },
  {
    file: "packages/engine/src/floats-elsewhere.ts",
    text: 'import { later } from "./later.js"\nexport const go = (): void => {\n  later()\n}\n',
    rule: "lint/nursery/noFloatingPromises",
  },
  {
    file: "packages/engine/src/later.ts",
    text: "export async function later(): Promise<boolean> {\n  return true\n}\n",
  },
  {
    file: "packages/engine/src/misuses.ts",
    text: 'import { later } from "./later.js"\nexport const go = (): number => (later() ? 1 : 2)\n',
    rule: "lint/nursery/noMisusedPromises",
  },
  {
    file: "packages/engine/src/anything.ts",
    text: "export const read = (value: any): string => value\n",
    rule: "lint/suspicious/noExplicitAny",
  },
  {
    file: "packages/engine/src/surely.ts",
    text: "export const first = (list: readonly string[]): string => list[0]!\n",
    rule: "lint/style/noNonNullAssertion",
  },
  {
    file: "packages/engine/src/four-parameters.ts",
    text: "export const sum = (a: number, b: number, c: number, d: number): number => a + b + c + d\n",
    rule: "lint/complexity/useMaxParams",
  },
  {
    file: "packages/engine/src/long-function.ts",
    text: `let calls = 0\nexport function run(): number {\n${manyLines(60)}  return calls\n}\n`,
    rule: "lint/complexity/noExcessiveLinesPerFunction",
  },
  {
    file: "packages/engine/src/long-file.ts",
    text: `export let calls = 0\n${manyLines(400)}`,
    rule: "lint/style/noExcessiveLinesPerFile",
  },
  {
    file: "packages/engine/test/long-file.test.ts",
    text: `export let calls = 0\n${manyLines(600)}`,
    rule: "lint/style/noExcessiveLinesPerFile",
  },
  {
    file: "packages/engine/test/middling.test.ts",
    text: `export let calls = 0\n${manyLines(500)}`,
  },
  {
    file: "packages/engine/src/prints.ts",
    text: 'export const greet = (): void => console.log("hello")\n',
    rule: "lint/suspicious/noConsole",
  },
  {
    file: "packages/engine/src/camelCase.ts",
    text: "export const camel = 1\n",
    rule: "lint/style/useFilenamingConvention",
  },
  {
    file: "packages/engine/src/hides.ts",
    text: "export class Hides {\n  private value = 1\n  read(): number {\n    return this.value\n  }\n}\n",
    rule: "lint/style/useConsistentMemberAccessibility",
  },
  {
    file: "packages/engine/test/skips.test.ts",
    text: 'import { test } from "vitest"\ntest.skip("does nothing", () => undefined)\n',
    rule: "lint/suspicious/noSkippedTests",
  },
  {
    file: "packages/engine/src/loads-types.ts",
    text: 'import { Hides } from "./hides.js"\nexport type Reader = Hides\n',
    rule: "lint/style/useImportType",
  },
]

/** @type {readonly Planted[]} */
export const plantedHouseRules = [
  {
    file: "packages/engine/src/utils.ts",
    text: "export const one = 1\n",
    rule: "empty name",
  },
  {
    file: "packages/engine/src/helpers/count.ts",
    text: "export const two = 2\n",
    rule: "empty name",
  },
  {
    file: "packages/engine/src/hushes.ts",
    text: `${ignore} why\nexport type Any = any\n`,
    rule: "suppression without a reason",
  },
  {
    file: "packages/engine/src/hushes-again.ts",
    text: `${ignore} a reason in several words\nexport type Any = any\n`,
    rule: "suppression over the budget",
  },
]

/** @param {string} room @param {Record<string, object>} exports @param {string} [rule] @returns {Planted} */
const manifest = (room, exports, rule) => ({
  file: `packages/${room}/package.json`,
  text: JSON.stringify({
    name: room,
    version: "0.0.0",
    license: "MIT",
    type: "module",
    files: ["dist"],
    sideEffects: false,
    engines: { node: ">=20" },
    exports,
  }),
  ...(rule ? { rule } : {}),
})
const index = entryTo("index")

/** @type {readonly Planted[]} */
export const plantedPackaging = [
  manifest("client", { ".": index }),
  { file: "packages/client/dist/index.d.ts", text: "export {}\n" },
  manifest("dcrf-client", { ".": index }),
  {
    file: "packages/dcrf-client/dist/index.d.ts",
    text: 'export type { Gone } from "./gone.js"\n',
    rule: "InternalResolutionError",
  },
  manifest("protocol", { ".": { ...index, default: "./dist/gone.js" } }, "FILE_DOES_NOT_EXIST"),
  { file: "packages/protocol/dist/index.d.ts", text: "export {}\n" },
  manifest("server", { ".": index }, "untyped"),
]

/** Text that gzip makes no smaller than its number of letters. @param {number} length */
const noise = (length) =>
  Array.from({ length: Math.ceil(length / 64) }, (_, i) =>
    createHash("sha512").update(String(i)).digest("base64").slice(0, 64),
  ).join("")

/** @type {readonly Budget[]} */
export const plantedBudgets = [
  { entry: "djangoinstant", gzip: 1000 },
  { entry: "@instant-ws/engine", gzip: 500, beside: ["djangoinstant"] },
  { entry: "dcrf-client", gzip: 1000 },
]

/** @type {readonly Planted[]} */
export const plantedSizes = [
  { file: "packages/client/dist/index.js", text: `export const fine = "${noise(1000)}"\n` },
  {
    file: "packages/dcrf-client/dist/index.js",
    text: `export const fat = "${noise(1500)}"\n`,
    rule: "budget",
  },
  { file: "packages/engine/dist/index.js", text: 'export { fine } from "djangoinstant"\n' },
]

/** @type {readonly Planted[]} */
export const plantedDocumentation = [
  {
    file: "packages/engine/src/index.ts",
    text: 'export { silent } from "./silent.js"\nexport { spoken } from "./spoken.js"\n',
  },
  {
    file: "packages/engine/src/silent.ts",
    text: "export const silent = (): number => 1\n",
    rule: "undocumented",
  },
  {
    file: "packages/engine/src/spoken.ts",
    text: "/** Tells a number. */\nexport const spoken = (): number => 1\n",
  },
  {
    file: "packages/protocol/src/index.ts",
    text: "export interface Silent {\n  readonly value: number\n}\n",
    rule: "undocumented",
  },
  manifest("client", { ".": index, "./react": entryTo("react/index") }),
  { file: "packages/client/src/index.ts", text: "export {}\n" },
  {
    file: "packages/client/src/react/index.ts",
    text: "export const silent = (): number => 1\n",
    rule: "undocumented",
  },
]
