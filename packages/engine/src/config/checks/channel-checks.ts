import type { Mistake } from "../config-error.js"
import type { EngineConfig } from "../schema.js"

type ChannelOptions = EngineConfig["channel"]["without_namespace"]

/** What of `channel` must go together. */
export function checkChannel({ channel }: EngineConfig): readonly Mistake[] {
  const { without_namespace, namespaces, history_meta_ttl } = channel
  return [
    ...checkOptions("channel.without_namespace", without_namespace, history_meta_ttl),
    ...namespaces.flatMap((options, index) =>
      checkOptions(`channel.namespaces[${index}]`, options, history_meta_ttl),
    ),
    ...checkNames("channel.namespaces", namespaces),
  ]
}

/** A mistake for each name that a list has twice. */
export function checkNames(
  list: string,
  items: ReadonlyArray<{ readonly name: string }>,
): readonly Mistake[] {
  const names = items.map(({ name }) => name)
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ key: `${list}[${index}].name`, problem: `"${name}" is the name of another one too` }],
  )
}

function checkOptions(section: string, options: ChannelOptions, metaTtl: number): Mistake[] {
  const { history_size, history_ttl, history_meta_ttl, force_recovery, auto_cache_recover } =
    options
  const mistakes: Mistake[] = []
  const wrong = (key: string, problem: string) =>
    mistakes.push({ key: `${section}.${key}`, problem })
  const isKept = history_size > 0 && history_ttl !== 0
  if (history_size > 0 && history_ttl === 0) wrong("history_size", "needs history_ttl")
  if (history_size === 0 && history_ttl !== 0) wrong("history_ttl", "needs history_size")
  if (history_ttl > (history_meta_ttl === 0 ? metaTtl : history_meta_ttl)) {
    wrong("history_ttl", "must not be longer than history_meta_ttl")
  }
  if (force_recovery && !isKept) wrong("force_recovery", "needs history_size and history_ttl")
  if (auto_cache_recover && !(force_recovery && options.force_recovery_mode === "cache")) {
    wrong("auto_cache_recover", 'needs force_recovery, and force_recovery_mode "cache"')
  }
  return mistakes
}
