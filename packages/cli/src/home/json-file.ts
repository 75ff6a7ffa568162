import { readFile } from "node:fs/promises"

/** What a JSON file holds; undefined when there is no file. @throws SyntaxError when it is not JSON. */
export async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** There is no such file, or what should be its folder is a file. */
function isMissing(error: unknown): boolean {
  const { code } = Object(error)
  return code === "ENOENT" || code === "ENOTDIR"
}

/** The text of a key in what a JSON file holds; undefined when it is missing or no text. */
export function textAt(value: unknown, key: string): string | undefined {
  const text = valueAt(value, key)
  return typeof text === "string" ? text : undefined
}

/** The number of a key in what a JSON file holds; undefined when it is missing or no number. */
export function numberAt(value: unknown, key: string): number | undefined {
  const number = valueAt(value, key)
  return typeof number === "number" ? number : undefined
}

function valueAt(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined
  return Object.entries(value).find(([name]) => name === key)?.[1]
}
