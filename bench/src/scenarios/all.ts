import type { Client } from "../clients/clients.js"
import { dispatchScenario } from "../clients/dispatch.js"
import { recovery } from "../clients/recovery.js"
import { api } from "./api.js"
import { channels, oneToOne } from "./channels.js"
import { fanOut } from "./fan-out.js"
import { jitter } from "./jitter.js"
import { presence } from "./presence.js"
import { restart } from "./restart.js"
import type { Scenario } from "./scenario.js"
import { serverAdmin } from "./server-admin.js"
import { serverPublish } from "./server-publish.js"
import { serverRevocation } from "./server-revocation.js"
import { serverTokens } from "./server-tokens.js"
import { storm } from "./storm.js"

/** Every scenario of servers, in the order in which they are measured. */
export const scenarios: readonly Scenario[] = [
  fanOut,
  channels,
  oneToOne,
  presence,
  storm,
  api,
  restart,
  jitter,
  serverPublish,
  serverTokens,
  serverRevocation,
  serverAdmin,
]

/** Every scenario of clients, likewise. */
export const clientScenarios: readonly Scenario<Client>[] = [
  dispatchScenario("djangoinstant-dispatch", "centrifuge"),
  dispatchScenario("dcrf-dispatch", "dcrf"),
  recovery,
]

/** What the clients weigh is no scenario with rounds, but is asked for like one. */
const SIZES = "sizes"

/** What is measured. */
export interface Chosen {
  readonly scenarios: readonly Scenario[]
  readonly clientScenarios: readonly Scenario<Client>[]
  /** Whether the clients are weighed. */
  readonly sizes: boolean
}

/**
 * The scenarios of these names, all when there are none.
 * @throws Error for a name that there isn't.
 */
export function chooseScenarios(only: readonly string[]): Chosen {
  const names = [...[...scenarios, ...clientScenarios].map(({ name }) => name), SIZES]
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new Error(`There is no scenario ${unknown}. There are: ${names.join(", ")}.`)
  }
  const isChosen = (name: string): boolean => only.length === 0 || only.includes(name)
  return {
    scenarios: scenarios.filter(({ name }) => isChosen(name)),
    clientScenarios: clientScenarios.filter(({ name }) => isChosen(name)),
    sizes: isChosen(SIZES),
  }
}
