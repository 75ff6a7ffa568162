import { type ChildProcessByStdio, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import type { Readable, Writable } from "node:stream"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { beforeAll, describe, expect, test } from "vitest"
import {
  PATIENCE,
  prepareVirtualEnvironment,
  type VirtualEnvironment,
} from "../../../test/virtual-environment.js"
import { withDeadline } from "../../../test/with-deadline.js"
import type { EngineConfigInput } from "../src/index.js"
import { API_KEY, connectionToken, SECRET } from "./running-engine.js"
import { kept } from "./stock-scene.js"

const config: EngineConfigInput = {
  client: { token: { hmac_secret_key: SECRET } },
  http_api: { key: API_KEY },
  log: { level: "none" },
  channel: {
    namespaces: [
      {
        name: "news",
        allow_subscribe_for_client: true,
        allow_publish_for_subscriber: true,
        allow_presence_for_subscriber: true,
        presence: true,
        join_leave: true,
      },
      { name: "kept", ...kept },
      { name: "short", ...kept, history_size: 2 },
      { name: "delta", ...kept, allowed_delta_types: ["fossil"], delta_publish: true },
      { name: "tags", allow_subscribe_for_client: true, allow_tags_filter: true },
    ],
  },
}

/** The checks of a suite, and what went wrong in each; null when nothing did. */
type Results = Readonly<Record<string, Readonly<Record<string, string | null>>>>

const client = [
  "gets what is published",
  "publishes and others see who",
  "sees who is there",
  "hears who comes and goes",
  "reads what was published",
  "recovers after a cut",
  "is told when what it missed is gone",
  "makes whole publications out of deltas",
  "gets only the tags that it wants",
  "calls methods of the backend",
  "is refused what it may not have",
  "is subscribed and disconnected by the server",
]
const suites: Readonly<Record<string, readonly string[]>> = {
  "centrifuge-python in JSON": client,
  "centrifuge-python in Protobuf": client,
  cent: [
    "publishes",
    "publishes once under an idempotency key",
    "broadcasts",
    "reads and removes history",
    "subscribes and sees who is there",
    "refreshes and disconnects",
    "asks how the engine is",
    "calls several methods in a batch",
    "is told what is wrong",
    "is refused with a wrong key",
    "works without asyncio",
  ],
}

type ReadyEnvironment = Extract<VirtualEnvironment, { readonly kind: "ready" }>

const execute = promisify(execFile)

let environment: VirtualEnvironment
let results: Results = {}

beforeAll(async () => {
  environment = await prepareVirtualEnvironment(pathOf("requirements.txt"))
  if (environment.kind === "ready") results = await runChecks(environment)
  else if (process.env.CI === "true") {
    throw new Error(`The Python clients can't be tested: ${environment.reason}`)
  }
}, 3 * PATIENCE)

/** Runs all checks in one Python, against an engine in a process of its own. */
async function runChecks({ python, folder }: ReadyEnvironment): Promise<Results> {
  const engine = spawn(process.execPath, [pathOf("engine-process.js"), JSON.stringify(config)], {
    stdio: ["pipe", "pipe", "inherit"],
  })
  const ended = once(engine, "exit")
  try {
    const users = ["42", "43", "44", "45", "46"]
    const tokens = await Promise.all(
      users.map(async (user) => [user, await connectionToken(user)] as const),
    )
    const scene = {
      port: await portOf(engine),
      api_key: API_KEY,
      tokens: Object.fromEntries(tokens),
    }
    const cache = ["-X", `pycache_prefix=${join(folder, "pycache")}`]
    const { stdout } = await execute(
      python,
      [...cache, pathOf("run_checks.py"), JSON.stringify(scene)],
      { timeout: PATIENCE, env: { ...process.env, NO_PROXY: "127.0.0.1" } },
    )
    return JSON.parse(stdout)
  } finally {
    engine.stdin.end()
    await withDeadline("the end of the engine", ended)
  }
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`python/${file}`, import.meta.url))
}

async function portOf(engine: ChildProcessByStdio<Writable, Readable, null>): Promise<number> {
  const [line] = await withDeadline("the engine's port", once(engine.stdout, "data"))
  return Number(line)
}

describe.each(Object.entries(suites))("%s", (suite, checks) => {
  test.for(checks)("%s", (check, { skip }) => {
    if (environment.kind === "missing") skip(environment.reason)
    expect(results[suite]).toHaveProperty(check)
    expect(results[suite]?.[check] ?? null).toBeNull()
  })

  test("has no check that isn't listed here", ({ skip }) => {
    if (environment.kind === "missing") skip(environment.reason)
    expect(Object.keys(results[suite] ?? {})).toEqual(checks)
  })
})
