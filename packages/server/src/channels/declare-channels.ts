import { StoreError } from "../store-error.js"
import type { ChannelStore } from "./channel-store.js"
import type { ChannelDeclaration } from "./declaration.js"

/** Makes the channels that are declared, and sets level and groups of those that there are. */
export async function declareChannels(
  channels: ChannelStore,
  declarations: readonly ChannelDeclaration[],
): Promise<void> {
  for (const declaration of declarations) await declare(channels, declaration)
}

async function declare(channels: ChannelStore, declaration: ChannelDeclaration): Promise<void> {
  const { name, level, groups } = declaration
  const known = await channels.find(name)
  if (known === undefined) {
    try {
      await channels.add(name, { level, groups })
      return
    } catch (error) {
      // Another server that starts now has made it.
      if (!(error instanceof StoreError && error.code === "exists")) throw error
    }
  }
  const isAsDeclared =
    known !== undefined &&
    (level === undefined || level === known.level) &&
    (groups === undefined || sameNames(groups, known.groups))
  if (!isAsDeclared) await channels.set(name, { level, groups })
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  const [one, other] = [new Set(some), new Set(others)]
  return one.size === other.size && [...one].every((name) => other.has(name))
}
