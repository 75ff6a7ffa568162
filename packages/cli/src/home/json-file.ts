import { readFile } from "node:fs/promises"

/** What a JSON file holds; undefined when there is no file. @throws SyntaxError when it is not JSON. */
export async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"))
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}

/** The text of a key in what a JSON file holds; undefined when it is missing or no text. */
export function textAt(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined
  const text: unknown = Object.entries(value).find(([name]) => name === key)?.[1]
  return typeof text === "string" ? text : undefined
}
