import type { Json } from "./json.js"

const PLACE = "{proxy}"

/** Whether a configuration names the port of the HTTP backend. */
export function needsBackend(config: Json): boolean {
  return JSON.stringify(config).includes(PLACE)
}

/** A configuration as JSON text, with the backend's port where it is named. */
export function configText(config: Json, backendPort: number): string {
  return JSON.stringify(config).replaceAll(PLACE, String(backendPort))
}
