import type { Node } from "./node.js"
import type { Sessions } from "./session/sessions.js"
import type { Admission } from "./transport/admission.js"
import type { Upgrades } from "./transport/upgrades.js"

/** What ends with an engine. */
export interface Running {
  readonly node: Node
  readonly sessions: Sessions
  readonly admission: Admission
  readonly upgrades: Upgrades
}

/** Makes what ends an engine; called again, it answers as at the first time. */
export function shutdownOf(running: Running): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= shutDown(running)
    return done
  }
}

/** Lets nobody in, sees everybody out, and closes the broker last. */
async function shutDown({ node, sessions, admission, upgrades }: Running): Promise<void> {
  const { timeout } = node.config.shutdown
  node.log.info({ connections: sessions.open.size, timeout }, "shutting down")
  admission.close()
  await sessions.close(timeout)
  await node.attendance?.told()
  upgrades.detach()
  node.wheel.close()
  await node.broker.close()
}
