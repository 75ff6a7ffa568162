import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { settingList, settingNames } from "../src/settings/setting-list.js"
import { Cli, stop } from "./cli.js"
import { startEngine } from "./engine.js"

let cli: Cli

beforeEach(async () => {
  cli = await Cli.make()
})
afterEach(async () => {
  await cli[Symbol.asyncDispose]()
})

/** What an anonymous visitor is told, and for how many seconds the token of it is good. */
async function tokensOf(url: string) {
  const response = await fetch(`${url}/instant/get_token/`)
  const { ws_token, ws_url } = await response.json()
  const claims = Buffer.from(String(ws_token).split(".")[1] ?? "", "base64url").toString()
  const { exp, iat } = JSON.parse(claims)
  return { ws_url, lifetime: exp - Math.floor(iat) }
}

describe("the settings of instant start", () => {
  test("are of flags, then of the environment, then of the file", async () => {
    await cli.write("shop.json", {
      site: "File",
      tokenLifetime: 100,
      anonymousAccess: true,
      websocketUrl: "wss://file.example",
      database: "shop.sqlite",
      allowedOrigins: ["https://file.example"],
      engineConfig: { channel: { namespaces: [{ name: "news" }] } },
    })
    const env = {
      INSTANT_SITE: "Environment",
      INSTANT_TOKEN_LIFETIME: "200",
      INSTANT_ALLOWED_ORIGINS: "https://one.example https://two.example",
    }
    const server = await cli.start(["--config", "shop.json", "--site", "Flag"], env)
    expect(await cli.json("server.json")).toMatchObject({ site: "Flag" })
    expect(await tokensOf(server.url)).toEqual({ ws_url: "wss://file.example", lifetime: 200 })
    const { headers } = await fetch(`${server.url}/instant/get_token/`, {
      headers: { Origin: "https://two.example" },
    })
    expect(headers.get("Access-Control-Allow-Origin")).toBe("https://two.example")
    expect(await cli.run(["publish", "news:1", "m"])).toMatchObject({ code: 0 })

    // The other commands mean the same database, though only start was told of the file.
    await cli.run(["channels", "add", "lobby", "--level", "users"])
    const status = await cli.run(["db", "status"])
    expect(status.stdout).toContain(`${cli.folder}/shop.sqlite`)
    expect(status.stdout).toMatch(/^instant_channel +5$/m)
    await stop(server, "SIGTERM")
  })

  test("are of the file in the home, or of the one that INSTANT_CONFIG names", async () => {
    const server = await cli.start([], { INSTANT_LOG_LEVEL: "silent" })
    await stop(server, "SIGTERM")
    await cli.write(".instant/instant.json", { database: "of-home.sqlite" })
    const file = await cli.write("other.json", { database: "other.sqlite" })
    const [ofHome, other] = await Promise.all([
      cli.run(["db", "status"]),
      cli.run(["db", "status"], { env: { INSTANT_CONFIG: file } }),
    ])
    expect(ofHome.stdout).toContain(cli.home("of-home.sqlite"))
    expect(other.stdout).toContain(`${cli.folder}/other.sqlite`)
  })

  test("that are wrong are all named at once, each with the place that it comes from", async () => {
    const file = await cli.write("wrong.json", {
      site: 17,
      sites: "Shop",
      tokenLifetime: 0,
      allowedOrigins: ["https://good.example", "evil.example/"],
      engine: { apiKey: "s3cret-of-the-file" },
      secrets: { tokenKy: "x" },
    })
    const env = {
      PORT: "http",
      INSTANT_ANONYMOUS_ACCESS: "perhaps",
      INSTANT_LOG_LEVEL: "loud",
      INSTANT_WEBSOCKET_URL: "https://host",
      INSTANT_ENGINE_CONFIG: "{",
    }
    const args = ["--config", "wrong.json", "--address", ""]
    const { code, stdout, stderr } = await cli.run(["start", ...args], { env })
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(stderr.trimEnd().split("\n")).toEqual([
      `${file}: sites: there is no such setting; docs/configuration.md names all`,
      `${file}: secrets.tokenKy: there is no such setting; docs/configuration.md names all`,
      "PORT must be a port: a number from 0 to 65535",
      "--address must be a text that is not empty",
      `${file}: site must be a text that is not empty`,
      "INSTANT_ANONYMOUS_ACCESS must be true or false",
      expect.stringMatching(/^INSTANT_LOG_LEVEL must be one of trace, debug, info/),
      "INSTANT_ENGINE_CONFIG must be a JSON object",
      expect.stringMatching(
        /^engine\.url is missing, as .*wrong\.json sets engine\.apiKey of an engine/,
      ),
      expect.stringMatching(/^engine\.tokenSecret is missing, .*: set INSTANT_ENGINE_TOKEN_SECRET/),
      expect.stringMatching(/wrong\.json: tokenLifetime .*1/),
      expect.stringMatching(/wrong\.json: allowedOrigins\[1\] must be an origin as "https:/),
      "INSTANT_WEBSOCKET_URL: websocketUrl must begin with ws:// or wss://",
    ])
    expect(stderr).not.toContain("s3cret")
  })

  test.each([
    { content: "{", words: /wrong\.json: is not JSON: / },
    { content: "[]", words: /wrong\.json: must be a JSON object/ },
    {
      content: '{"engine": 17}',
      words: /wrong\.json: engine must be a JSON object or "embedded"$/m,
    },
    {
      content: '{"engineConfig": {"client": {"tokn": {}}, "channel": {"x": 1}}}',
      words: /json: engineConfig\.client\.tokn .*\n.*json: engineConfig\.channel\.x /,
    },
  ])("refuse a file with $content, for every command", async ({ content, words }) => {
    const file = await cli.write("wrong.json", content)
    const started = await cli.run(["start", "--config", file])
    expect(started).toMatchObject({ code: 1, stderr: expect.stringMatching(words) })
  })

  test("of a file that isn't there are told of by other commands too", async () => {
    const env = { INSTANT_CONFIG: `${cli.folder}/none.json` }
    for (const command of [["start"], ["users", "list"], ["publish", "lobby", "m"]]) {
      expect(await cli.run(command, { env })).toMatchObject({
        code: 1,
        stderr: `${env.INSTANT_CONFIG}: there is no such file\n`,
      })
    }
  })

  test("name an engine elsewhere, which the commands then ask", async () => {
    await using engine = await startEngine({
      config: {
        channel: { without_namespace: { history_size: 10, history_ttl: "60s", presence: true } },
      },
    })
    const { url } = await cli.start([], { ...engine.env, INSTANT_ANONYMOUS_ACCESS: "true" })
    expect(await tokensOf(url)).toMatchObject({ ws_url: engine.url.replace("http", "ws") })
    const env = engine.env
    expect(await cli.run(["publish", "public", "Hello"], { env })).toMatchObject({ code: 0 })
    const { stdout } = await cli.run(["history", "public"], { env })
    expect(stdout).toMatch(/^1 .*Hello$/m)
    const refused = await cli.run(["start", "--demo"], { env })
    expect(refused.stderr).toMatch(/^The demo needs the engine of this server/)
  })
})

test("docs/configuration.md names every setting, its variable and its flag", async () => {
  const path = fileURLToPath(new URL("../../../docs/configuration.md", import.meta.url))
  const rows = [
    ...(await readFile(path, "utf8")).matchAll(/^\| `([\w.]+)` \| `([A-Z_]+)` \| (.*?) \|/gm),
  ]
  const documented = rows.map(([, name, variable, flag]) => ({ name, variable, flag }))
  const known = settingNames.map((name) => {
    const { variable, ...rest } = settingList[name]
    return { name, variable, flag: "flag" in rest ? `\`${rest.flag}\`` : "–" }
  })
  expect(documented).toEqual(known)
})
