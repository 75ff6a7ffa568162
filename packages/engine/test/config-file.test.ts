import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { loadConfigFile } from "../src/index.js"

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "engine-config-"))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function load(text: string): Promise<unknown> {
  const path = join(folder, "config.json")
  await writeFile(path, text)
  return loadConfigFile(path)
}

describe("a configuration file", () => {
  test("is JSON", async () => {
    expect(await load('{ "client": { "insecure": true } }')).toEqual({ client: { insecure: true } })
    expect(await load("\uFEFF{}")).toEqual({})
  })

  test.each([
    ['{\n  "client": tru\n}', ":2:13: from here on it isn't JSON"],
    ['{\n  "client": 1,\n}', ":3:1: from here on it isn't JSON"],
    ["{", ":1:1: from here on it isn't JSON"],
    ["", ":1:1: from here on it isn't JSON"],
    ["[]", ": a configuration is a JSON object"],
  ])("%j: %s", async (text, problem) => {
    await expect(load(text)).rejects.toThrow(`config.json${problem}`)
  })

  test("in another format is refused with what to do", async () => {
    await expect(loadConfigFile(join(folder, "config.yaml"))).rejects.toThrow("convert it")
  })

  test("that isn't there or can't be read is named", async () => {
    await expect(loadConfigFile(join(folder, "none.json"))).rejects.toThrow(
      "none.json: there is no such file",
    )
    await expect(loadConfigFile(folder)).rejects.toThrow("can't be read: EISDIR")
  })
})
