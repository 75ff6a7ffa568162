import type { Mistake } from "../config-error.js"
import type { EngineConfig } from "../schema.js"

const switched = [
  "sse",
  "http_stream",
  "uni_websocket",
  "uni_sse",
  "uni_http_stream",
  "prometheus",
  "health",
] as const

/** Whether everything that is served has a path of its own. */
export function checkPaths(config: EngineConfig): readonly Mistake[] {
  const { websocket, http_api, sse, http_stream, emulation } = config
  const served = [
    ["websocket", websocket.handler_prefix, !websocket.disabled] as const,
    ["http_api", http_api.handler_prefix, !http_api.disabled] as const,
    ["emulation", emulation.handler_prefix, sse.enabled || http_stream.enabled] as const,
    ...switched.map((name) => [name, config[name].handler_prefix, config[name].enabled] as const),
  ].filter(([, , isServed]) => isServed)
  return served.flatMap(([section, path], index) => {
    const other = served.slice(0, index).find(([, taken]) => taken === path)
    if (other === undefined) return []
    const problem = `${path} is the path of ${other[0]} too`
    return [{ key: `${section}.handler_prefix`, problem }]
  })
}
