import type { StandardSchemaV1 } from "@standard-schema/spec"
import { privateName } from "../channels/channel-name.js"
import type { ChannelDeclaration, EventDeclaration } from "../channels/declaration.js"
import { EventError } from "./event-error.js"
import type { EventOptions } from "./event-options.js"

/** What the channels of an installation are declared to carry. */
export class DeclaredEvents {
  readonly #declarations: ReadonlyMap<string, EventDeclaration>

  constructor(declarations: readonly ChannelDeclaration[]) {
    this.#declarations = new Map(
      declarations.flatMap(({ events, ...others }) =>
        // A channel may become private, or public, while it is declared.
        events === undefined ? [] : [[privateName(others.name), { ...others, events }]],
      ),
    )
  }

  /** What a channel is declared to carry; undefined for one that carries anything. */
  of(channel: string): EventDeclaration | undefined {
    return this.#declarations.get(privateName(channel))
  }
}

/**
 * An event with what its schema makes of the data.
 * @throws EventError when its class isn't declared, or the data doesn't fit.
 */
export async function checkedEvent(
  { name: channel, events }: EventDeclaration,
  event: EventOptions,
): Promise<EventOptions> {
  const { eventClass = "", data = {} } = event
  const schema = Object.hasOwn(events, eventClass) ? events[eventClass] : undefined
  if (schema === undefined) {
    const known = Object.keys(events).join(", ")
    const reason = `is none of those that are declared: ${known || "there are none"}`
    throw new EventError({ channel, eventClass, issues: [] }, reason)
  }
  const check = async (value: unknown, fault: string): Promise<unknown> => {
    const result = await schema["~standard"].validate(value)
    if (!result.issues) return result.value
    const { issues } = result
    throw new EventError({ channel, eventClass, issues }, `${fault}: ${textOf(issues)}`)
  }
  const output = await check(data, "has data that its schema refuses")
  const sent = jsonOf(output)
  // Clients check what they receive by the same schema.
  await check(sent, "becomes data that clients will refuse, who check it by the same schema")
  return { ...event, data: sent }
}

/** A value as it is on the other side of JSON. */
function jsonOf(value: unknown): unknown {
  const json: string | undefined = JSON.stringify(value)
  return json === undefined ? undefined : JSON.parse(json)
}

function textOf(issues: readonly StandardSchemaV1.Issue[]): string {
  return issues.map(({ path = [], message }) => `${pathOf(path)}${message}`).join("; ")
}

function pathOf(path: NonNullable<StandardSchemaV1.Issue["path"]>): string {
  const keys = path.map((part) => String(typeof part === "object" ? part.key : part))
  return keys.length === 0 ? "" : `${keys.join(".")}: `
}
