/**
 * What an entry of a client may weigh in a browser.
 *
 * @typedef {object} Budget
 * @property {string} entry As an import names it.
 * @property {number} gzip Bytes at most, minified and gzipped.
 * @property {readonly string[]} [beside] What is on the page already and doesn't count: entries
 *   that have a budget of their own, and packages.
 * @property {Import} [over] What is inside, and is taken off.
 */

/**
 * @typedef {object} Import
 * @property {string} name
 * @property {string} from The package.
 */

/**
 * The two clients' own are what they weigh today and a little: docs/decisions/0009 says why not less.
 *
 * @type {readonly Budget[]}
 */
export const budgets = [
  { entry: "djangoinstant", gzip: 5248, over: { name: "Centrifuge", from: "centrifuge" } },
  { entry: "djangoinstant/react", gzip: 1536, beside: ["djangoinstant", "react"] },
  { entry: "djangoinstant/vue", gzip: 1536, beside: ["djangoinstant", "vue"] },
  { entry: "dcrf-client", gzip: 9472 },
  { entry: "dcrf-client/store", gzip: 2688, beside: ["dcrf-client"] },
  { entry: "dcrf-client/react", gzip: 1536, beside: ["dcrf-client", "dcrf-client/store", "react"] },
  { entry: "dcrf-client/vue", gzip: 1536, beside: ["dcrf-client", "dcrf-client/store", "vue"] },
]

/**
 * What the scripts of a built page may weigh.
 *
 * @typedef {object} PageBudget
 * @property {string} name
 * @property {string} folder Where it is built, with its `index.html` and `assets`.
 * @property {number} first Bytes at most, minified and gzipped, of what it loads before it shows anything.
 * @property {number} whole Bytes at most of all that it ever loads.
 */

/**
 * The whole of the admin page holds uPlot (23 KB) and its own client of the engine (2 KB), which come when
 * charts and a stream are shown.
 *
 * @type {readonly PageBudget[]}
 */
export const pageBudgets = [
  { name: "admin page", folder: "packages/server/static/admin", first: 23_552, whole: 49_152 },
]

/** What those weigh in whose place ours come. */
export const originals = [
  { name: "djangoinstant 0.5.0: index.min.js, with centrifuge-js 3", min: 52_235, gzip: 13_159 },
  { name: "dcrf-client 1.1.0, with what of Node it needs", min: 1_228_780, gzip: 371_841 },
  { name: "dcrf-client 1.1.0, without winston", min: 57_540, gzip: 16_737 },
]
