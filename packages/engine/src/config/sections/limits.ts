import { z } from "zod"
import { count } from "../value-kinds.js"

const rates = z
  .strictObject({
    /** Of each connection; 0 for no limit. */
    per_connection: count(),
    /** Of all the connections that a user has; 0 for no limit. Anonymous visitors share none. */
    per_user: count(),
  })
  .prefault({})

/** Ours: how much a client may do, in operations a second; past it error 111, "too many requests". */
export const limits = z
  .strictObject({
    /** `subscribe` and `sub_refresh`. */
    subscribe: rates,
    publish: rates,
    /** What is read of a channel: `history`, `presence` and `presence_stats`. */
    history: rates,
    rpc: rates,
  })
  .prefault({})
