import { mkdir, writeFile } from "node:fs/promises"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { Cli } from "./cli.js"
import { ENGINE_SECRETS, type Interference, startEngine } from "./engine.js"

let cli: Cli

beforeEach(async () => {
  cli = await Cli.make()
})
afterEach(async () => {
  await cli[Symbol.asyncDispose]()
})

const LINKS = [
  "config",
  "database",
  "engine API",
  "token",
  "socket",
  "subscribe",
  "publish",
  "receive",
]

/** The links that were found to be whole. */
function wholeIn(stdout: string): readonly string[] {
  return LINKS.filter((link) => new RegExp(`^ok  ${link} +\\S`, "m").test(stdout))
}

describe("instant doctor", () => {
  test("finds each link of the server of this home, in order", async () => {
    const { url } = await cli.start()
    const { code, stdout, stderr } = await cli.run(["doctor"])
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(wholeIn(stdout)).toEqual(LINKS)
    const places = stdout.split("\n").map((line) => LINKS.findIndex((link) => line.includes(link)))
    expect(places.slice(0, -1)).toEqual([...LINKS.keys()])
    expect(stdout).toContain(`${url}, version`)
    expect(stdout).toMatch(/subscribe .* is recovered$/m)
    const kept = await cli.run(["history", /\$instant-doctor-\w+/.exec(stdout)?.[0] ?? ""])
    expect(kept.stdout).toContain("keeps no such events")
  })

  test("finds each link of a server whose engine is elsewhere", async () => {
    await using engine = await startEngine()
    await cli.start([], engine.env)
    const { code, stdout } = await cli.run(["doctor"], { env: engine.env })
    expect(code).toBe(0)
    expect(wholeIn(stdout)).toEqual(LINKS)
    expect(stdout).toContain(`${engine.url}, version`)
    expect(stdout).toMatch(/subscribe .* is lost, as the engine's configuration has no history$/m)
  })
})

interface Broken {
  readonly link: string
  readonly words: RegExp
  readonly engine?: Interference
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
}

const other = "an0ther-k3y-0f-the-tests-which-is-long-enough"
const broken: readonly (readonly [code: number, Broken])[] = [
  [
    10,
    {
      link: "config",
      files: { "instant.json": '{"tokenLifetime": 0}' },
      words: /instant\.json: tokenLifetime/,
    },
  ],
  [
    11,
    {
      link: "database",
      files: { "instant.sqlite": "no database ".repeat(1_000) },
      words: /is damaged, .*backup/,
    },
  ],
  [12, { link: "engine API", flags: ["--api-key", other], words: /refuses the API key: give/ }],
  [
    13,
    { link: "token", flags: ["--token-key", other], words: /refuses the tokens .*: have INSTANT/ },
  ],
  [
    14,
    {
      link: "socket",
      env: { INSTANT_WEBSOCKET_URL: "ws://127.0.0.1:1" },
      words: /No websocket opens at ws:\/\/127\.0\.0\.1:1\S* \(.*ECONNREFUSED.*\): have what is/,
    },
  ],
  [
    15,
    {
      link: "subscribe",
      engine: {
        config: { client: { subscription_token: { enabled: true, hmac_secret_key: other } } },
      },
      words: /lets nobody subscribe .*: look at client\.subscription_token/,
    },
  ],
  [
    16,
    {
      link: "publish",
      engine: { answers: { "/api/publish": { error: { code: 100, message: "internal" } } } },
      words: /refuses to publish .* \(100 internal\)/,
    },
  ],
  [
    17,
    {
      link: "receive",
      engine: { answers: { "/api/publish": { result: {} } } },
      words: /did not arrive .*: have the API's address and the socket's/,
    },
  ],
]

test.each(broken)("the doctor ends with %i when a link is broken", async (code, given) => {
  const { link, words, engine: interference, flags = [], env = {}, files = {} } = given
  await using engine = await startEngine(interference)
  await mkdir(cli.home())
  for (const [file, content] of Object.entries(files)) await writeFile(cli.home(file), content)
  const ended = await cli.run(["doctor", ...flags], { env: { ...engine.env, ...env } })
  expect(ended.code).toBe(code)
  expect(wholeIn(ended.stdout)).toEqual(LINKS.slice(0, LINKS.indexOf(link)))
  expect(ended.stderr).toMatch(words)
  expect(ended.stderr).toMatch(new RegExp(`^${link} is broken: `))
  expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1)
  expect(ended.stdout + ended.stderr).not.toContain(ENGINE_SECRETS.tokenSecret)
})

test("the doctor says that no server runs", async () => {
  const { code, stderr } = await cli.run(["doctor"])
  expect(code).toBe(12)
  expect(stderr).toMatch(/^engine API is broken: No server runs from .*: start one with/)
})
