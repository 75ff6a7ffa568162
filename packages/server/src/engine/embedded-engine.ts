import type { ConnectionTarget, Engine, StoredPublication } from "@instant-ws/engine"
import { ProtocolError, payloadJson } from "@instant-ws/protocol"
import type { TakenTokens } from "../revocation/taken-tokens.js"
import type { EngineLink, KeptPublication, Publication, Target } from "./engine-link.js"

/**
 * The link to an engine in this process.
 * @param taken The tokens that it refuses.
 */
export function embeddedEngine(engine: Engine, taken: TakenTokens): EngineLink {
  const publish = ({ channel, data, idempotencyKey }: Publication) =>
    engine.publish(channel, data, idempotencyKey === undefined ? {} : { idempotencyKey })
  return {
    embedded: engine,
    ready: engine.ready,
    publish,
    // They are handed over in this order, which is the one that they are taken in.
    publishMany: (publications) => Promise.all(publications.map((each) => outcome(publish(each)))),
    async presence(channel) {
      const present = [...(await engine.presence(channel)).values()]
      return present.map(({ client, user }) => ({ client, user }))
    },
    async history(channel, { limit = -1, since, reverse = false } = {}) {
      const part = await engine.history(channel, { limit, reverse, ...(since && { since }) })
      return { publications: part.publications.map(kept), position: part.position }
    },
    channels: () => engine.channels(),
    unsubscribe: (target, channel) => engine.unsubscribe(connectionsOf(target), channel),
    disconnect: (target) => engine.disconnect(connectionsOf(target)),
    takeBack: async (revocation) => taken.take(revocation),
    answers: () => engine.ready,
    close: () => engine.close(),
  }
}

async function outcome<T>(result: Promise<T>): Promise<T | ProtocolError> {
  try {
    return await result
  } catch (error) {
    if (error instanceof ProtocolError) return error
    throw error
  }
}

function kept({ offset, data }: StoredPublication): KeptPublication {
  return { offset, data: JSON.parse(payloadJson(data)) }
}

function connectionsOf({ user, client }: Target): ConnectionTarget {
  return { user, ...(client !== undefined && { client }) }
}
