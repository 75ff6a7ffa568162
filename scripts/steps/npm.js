import { run } from "./run.js"

/**
 * Runs npm, as {@link run} does: the one that this process was started by, where there is one.
 *
 * @param {readonly string[]} args
 * @param {{ folder: string, quiet?: boolean }} options
 */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath
  if (npm?.endsWith("npm-cli.js")) return run(process.execPath, [npm, ...args], options)
  // On Windows npm is a .cmd file, which only a shell starts.
  return run("npm", args, { ...options, shell: process.platform === "win32" })
}
