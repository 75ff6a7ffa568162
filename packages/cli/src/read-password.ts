import { createInterface } from "node:readline/promises"
import { Writable } from "node:stream"
import { text } from "node:stream/consumers"
import { CliError } from "./cli-error.js"

/**
 * A new password: asked for twice, unseen, at a terminal; else the first line of the standard input.
 * @param fromInput reads the standard input even when it is a terminal
 * @throws CliError when it is empty, when the two differ, or when it is called off.
 */
export async function readPassword({ fromInput }: { fromInput: boolean }): Promise<string> {
  const isAsked = process.stdin.isTTY && !fromInput
  const password = isAsked ? await ask() : firstLine(await text(process.stdin))
  if (password === "") {
    throw new CliError("The password is empty: type one, or give it on the standard input")
  }
  return password
}

function firstLine(input: string): string {
  return input.split(/\r?\n/, 1)[0] ?? ""
}

async function ask(): Promise<string> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const prompt = createInterface({ input: process.stdin, output: unseen, terminal: true })
  const calledOff = new AbortController()
  prompt.on("SIGINT", () => calledOff.abort())
  prompt.on("close", () => calledOff.abort())
  const question = async (words: string): Promise<string> => {
    process.stderr.write(words)
    const answer = await prompt.question("", { signal: calledOff.signal })
    process.stderr.write("\n")
    return answer
  }
  try {
    const password = await question("Password: ")
    if (password === (await question("Once more: "))) return password
    throw new CliError("The two passwords differ: try again")
  } catch (cause) {
    if (!calledOff.signal.aborted) throw cause
    throw new CliError("\nCalled off: nothing was changed", { cause })
  } finally {
    prompt.close()
  }
}
