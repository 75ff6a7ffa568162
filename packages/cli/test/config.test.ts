import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { createEngine } from "@instant-ws/engine"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Cli, type Ended } from "./cli.js"

let cli: Cli

beforeAll(async () => {
  cli = await Cli.make()
})
afterAll(async () => {
  await cli[Symbol.asyncDispose]()
})

/** Writes a file, and checks it. */
async function check(config: unknown, ...args: readonly string[]): Promise<Ended> {
  await cli.write("checked.json", config)
  return cli.run(["checkconfig", "--config", "checked.json", ...args])
}

describe("instant genconfig", () => {
  test("writes a file for this user alone, with which an engine starts and recovers", async () => {
    expect(await cli.run(["genconfig"])).toMatchObject({ code: 0, stdout: "Wrote config.json\n" })
    const file = join(cli.folder, "config.json")
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const config = JSON.parse(await readFile(file, "utf8"))
    expect(config.client.token.hmac_secret_key).not.toBe(config.http_api.key)
    expect(config.channel.without_namespace).toMatchObject({ force_recovery: true })
    await createEngine(config).close()
    expect(await cli.run(["checkconfig"])).toMatchObject({
      code: 0,
      stdout: "config.json is right\n",
    })
  })

  test("writes over no file", async () => {
    const args = ["genconfig", "--config", "once.json"]
    await cli.run(args)
    const { code, stderr } = await cli.run(args)
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "once.json is there already: name another file\n",
    })
  })
})

describe("instant checkconfig", () => {
  test("names every mistake", async () => {
    const { code, stdout, stderr } = await check({
      client: { chanel_limit: 1 },
      engine: { type: "redis" },
    })
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(stderr).toContain(
      "client.chanel_limit: there is no such key; did you mean client.channel_limit?",
    )
    expect(stderr).toContain("engine.type: Centrifugo has the Redis engine, this engine doesn't")
  })

  test("heeds the environment, and warns of variables that are no keys", async () => {
    await cli.write("env.json", {})
    const run = (env: Readonly<Record<string, string>>) =>
      cli.run(["checkconfig", "--config", "env.json"], { env })
    expect(await run({ CENTRIFUGO_API_KEY: "key" })).toEqual({
      code: 0,
      stdout: "env.json is right\n",
      stderr:
        "CENTRIFUGO_API_KEY is the variable of no key; did you mean CENTRIFUGO_HTTP_API_KEY?\n",
    })
    const { code, stderr } = await run({ CENTRIFUGO_ENGINE_TYPE: "redis" })
    expect(code).toBe(1)
    expect(stderr).toContain("engine.type: Centrifugo has the Redis engine")
  })

  test("writes a flat file of before v6 anew", async () => {
    const flat = { token_hmac_secret_key: "secret", api_key: "key", gomaxprocs: 2 }
    expect((await check(flat)).stderr).toContain("checkconfig --migrate")
    const printed = await check(flat, "--migrate")
    const migrated = {
      client: { token: { hmac_secret_key: "secret" } },
      http_api: { key: "key" },
    }
    expect(JSON.parse(printed.stdout)).toEqual(migrated)
    expect(printed.stderr).toBe("gomaxprocs was left out: v6 has no place for it\n")
    expect(await check(flat, "--migrate", "v6.json")).toMatchObject({ code: 0, stdout: "" })
    expect(JSON.parse(await readFile(join(cli.folder, "v6.json"), "utf8"))).toEqual(migrated)
  })
})
