import { unsupportedOperation } from "./unsupported/operation.js"
import { unsupportedProxies } from "./unsupported/proxies.js"
import { unsupportedServing } from "./unsupported/serving.js"
import { unsupportedStores } from "./unsupported/stores.js"
import { unsupportedSubscriptions } from "./unsupported/subscriptions.js"
import type { Unsupported } from "./unsupported/unsupported.js"

export type { Unsupported } from "./unsupported/unsupported.js"

/** What Centrifugo v6 has and this engine lacks, where its configuration asks for it. */
export const unsupported: readonly Unsupported[] = [
  ...unsupportedStores,
  ...unsupportedSubscriptions,
  ...unsupportedProxies,
  ...unsupportedServing,
  ...unsupportedOperation,
]
