import type { EngineConfig } from "../config/schema.js"

/** What 0 in the configuration stands for, as in Centrifugo, in milliseconds. */
const STANDARD = 25_000

/** How often clients are pinged, in milliseconds; below 0 never. */
export function pingInterval({ ping_interval }: EngineConfig["client"]): number {
  return ping_interval === 0 ? STANDARD : ping_interval
}
