import { z } from "zod"
import { privateName, storedName } from "./channel-name.js"
import type { ChannelDeclaration } from "./declaration.js"
import { channelLevels } from "./level.js"

/** Checks the channels that a site's code declares. */
export const declarationsSchema = z
  .array(
    z.custom<ChannelDeclaration>().superRefine((value, context) => {
      for (const message of faultsOf(Object(value))) context.addIssue({ code: "custom", message })
    }),
  )
  .superRefine((declarations, context) => {
    const names = declarations.map((each) => privateName(String(Object(each).name)))
    const twice = names.filter((name, index) => names.indexOf(name) < index)
    for (const name of twice) {
      context.addIssue({ code: "custom", message: `has the channel "${name}" twice` })
    }
  })

function faultsOf({ name, level, groups, events }: Partial<ChannelDeclaration>): string[] {
  const faults = [...nameFaults(name), ...eventFaults(events)]
  if (level !== undefined && !channelLevels.includes(level)) {
    faults.push(`has the level "${level}": take one of ${channelLevels.join(", ")}`)
  }
  if (!z.array(z.string()).optional().safeParse(groups).success) {
    faults.push("has groups that are no list of names")
  }
  return faults
}

function nameFaults(name: unknown): readonly string[] {
  if (typeof name !== "string") return ["has no name"]
  try {
    storedName(name, "superuser")
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

function eventFaults(events: unknown = {}): readonly string[] {
  return Object.entries(Object(events)).flatMap(([eventClass, schema]) =>
    typeof Object(schema)["~standard"]?.validate === "function"
      ? []
      : `has for the event "${eventClass}" no Standard Schema: take one of zod, valibot or arktype`,
  )
}
