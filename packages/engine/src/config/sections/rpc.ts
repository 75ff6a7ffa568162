import { z } from "zod"
import { flag, list, text } from "../value-kinds.js"
import { name, proxyOptions } from "./proxy.js"

const rpcOptions = {
  /** The backend answers the calls. */
  proxy_enabled: flag,
  /** Which proxy asks it; `default` is `rpc.proxy`. */
  proxy_name: text("default"),
}

/** Calls of clients to the backend. */
export const rpc = z
  .strictObject({
    /** The proxy named `default`. */
    proxy: z.strictObject(proxyOptions).prefault({}),
    /** Methods whose name has no namespace. */
    without_namespace: z.strictObject(rpcOptions).prefault({}),
    /** Methods whose name begins with `name:`. */
    namespaces: list(z.strictObject({ name, ...rpcOptions })),
    ping: z
      .strictObject({
        /** Answers a method that does nothing. */
        enabled: flag,
        /** Its name. */
        method: text("ping"),
      })
      .prefault({}),
    /** Ends the namespace in a method's name. */
    namespace_boundary: text(":"),
  })
  .prefault({})

/** Proxies that namespaces name. */
export const proxies = list(z.strictObject({ name, ...proxyOptions }))
