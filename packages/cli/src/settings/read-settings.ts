import { resolve } from "node:path"
import { isObject, kinds } from "./kinds.js"
import { type Setting, type SettingName, settingList, settingNames } from "./setting-list.js"
import { type Given, Settings } from "./settings.js"
import { readSettingsFile } from "./settings-file.js"

/** What the command line says. */
export interface Asked {
  /** The file to read. */
  readonly config?: string | undefined
  /** By name of the setting: a text, or what the command line has made of it. */
  readonly flags?: Readonly<Partial<Record<SettingName, unknown>>>
}

/** The folder of an installation: what `INSTANT_HOME` names, else `.instant` in the working directory. */
export function homeFolder(): string {
  return resolve(process.env.INSTANT_HOME || ".instant")
}

/** Reads what is set: flags go before the environment, and that before the file. What is wrong is noted. */
export function readSettings({ config, flags = {} }: Asked = {}): Settings {
  const { path, content, mistakes } = readSettingsFile(homeFolder(), config)
  const given = new Map<SettingName, Given>()
  const wrong = [...mistakes]
  for (const name of settingNames) {
    const setting: Setting = settingList[name]
    const found =
      fromFlag(setting, flags[name]) ??
      fromVariable(setting, process.env[setting.variable]) ??
      fromFile(path, valueAt(content, name.split(".")))
    if (found === undefined) continue
    const { accepts, words } = kinds[setting.kind]
    if (accepts(found.value)) given.set(name, found)
    else wrong.push(`${found.origin === path ? `${path}: ${name}` : found.origin} ${words}`)
  }
  return new Settings({ file: path, given, mistakes: [...wrong, ...incomplete(given)] })
}

function fromFlag({ kind, flag = "" }: Setting, value: unknown): Given | undefined {
  if (value === undefined) return undefined
  return { value: typeof value === "string" ? kinds[kind].fromText(value) : value, origin: flag }
}

/** An empty variable counts as none. */
function fromVariable({ kind, variable }: Setting, text = ""): Given | undefined {
  return text === "" ? undefined : { value: kinds[kind].fromText(text), origin: variable }
}

/** A key that is null counts as left out. */
function fromFile(path: string | undefined, value: unknown): Given | undefined {
  return path === undefined || value == null ? undefined : { value, origin: path }
}

function valueAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value
  return isObject(value) ? valueAt(value[key], rest) : undefined
}

/** What there is half of. */
function incomplete(given: ReadonlyMap<SettingName, Given>): readonly string[] {
  const [known] = [...given].filter(([name]) => name.startsWith("engine."))
  if (known === undefined) return []
  const [name, { origin }] = known
  const parts = ["engine.url", "engine.apiKey", "engine.tokenSecret"] as const
  return parts
    .filter((part) => !given.has(part))
    .map(
      (part) =>
        `${part} is missing, as ${origin} sets ${name} of an engine elsewhere: ` +
        `set ${settingList[part].variable}, or it in the file`,
    )
}
