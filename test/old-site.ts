import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { type DjangoSite, freePort } from "../scripts/steps/django-site.js"
import { exampleVenv } from "../scripts/steps/example.js"
import { run } from "../scripts/steps/run.js"
import { RunningDjangoSite } from "./running-django-site.js"

/** The keys of the site and its engine. */
export const keys = {
  tokens: "hmac-key-of-the-old-site-0123456789abcdef",
  api: "api-key-of-the-old-site-0123456789abcdef",
} as const

/** What an event carries beside its message, by the names of `publish`. */
export interface EventArguments {
  readonly event_class?: string
  readonly data?: unknown
  readonly bucket?: string
}

const folder = fileURLToPath(new URL("django-site", import.meta.url))

/**
 * The site of `test/django-site`, written for 4.2.0: with `ada`, `root`, who is staff, superuser and of
 * the group `team`, and a channel of each level.
 */
export class OldSite extends RunningDjangoSite {
  /** Starts it with our app and our engine; what clients get are texts, as from 4.2.0. */
  static async onOurs(): Promise<OldSite> {
    const python = await exampleVenv()
    if (python === undefined) throw new Error("There is no Python with Django for the site")
    const site = await OldSite.#prepare(python, await freePort())
    await Promise.all([site.startEngine(), site.startSite()])
    return site
  }

  /** Starts it with the app that a Python has, beside an engine that runs already. */
  static async beside(engine: { readonly url: string }, python: string): Promise<OldSite> {
    const site = await OldSite.#prepare(python, Number(new URL(engine.url).port))
    await site.startSite()
    return site
  }

  static async #prepare(python: string, enginePort: number): Promise<OldSite> {
    const data = await mkdtemp(join(tmpdir(), "old-site-"))
    const env = {
      SITE_DATABASE: join(data, "site.sqlite3"),
      SITE_ENGINE_PORT: String(enginePort),
      SITE_ENVELOPE: "string",
      SITE_HMAC_KEY: keys.tokens,
      SITE_API_KEY: keys.api,
      CENTRIFUGO_LOG_LEVEL: "trace",
      PYTHONUNBUFFERED: "1",
      // The engine runs with this Node.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    }
    const site: DjangoSite = { folder, python, env, engineHome: join(data, ".instant") }
    if (!(await run(python, ["prepare.py"], { folder, quiet: true, env }))) {
      throw new Error("The site's database can't be made")
    }
    return new OldSite(site, { data, port: await freePort(), enginePort })
  }

  /** Has the site call `publish`. */
  async publish(channel: string, message: string, others: EventArguments = {}): Promise<void> {
    const body = JSON.stringify({ args: [channel, message], kwargs: others })
    const response = await fetch(`${this.url}/event/`, { method: "POST", body })
    if (response.status !== 204) throw new Error(`${response.status}: ${this.output}`)
  }
}
