import { spawn } from "node:child_process"
import { root } from "./root.js"

/**
 * Runs a program to its end. It shares this process's output, or is heard only when it fails.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ folder?: string, quiet?: boolean, env?: NodeJS.ProcessEnv, shell?: boolean }} [options]
 *   `folder` is where it runs, the project's root unless given; `quiet` keeps its output for a
 *   failure.
 * @returns {Promise<boolean>} Whether it ended with 0.
 */
export function run(program, args, { folder = root, quiet = false, env = {}, shell = false } = {}) {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    shell,
    stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
  })
  /** @type {Buffer[]} */
  const output = []
  child.stdout?.on("data", (chunk) => output.push(chunk))
  child.stderr?.on("data", (chunk) => output.push(chunk))
  return new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(`${program} can't be started: ${error.message}`)
      resolve(false)
    })
    child.on("close", (code) => {
      if (code !== 0) process.stderr.write(Buffer.concat(output))
      resolve(code === 0)
    })
  })
}

/**
 * Runs a JavaScript file with this Node, as {@link run} does.
 *
 * @param {string} file From the folder it runs in.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export const runNode = (file, args = [], options) => run(process.execPath, [file, ...args], options)
