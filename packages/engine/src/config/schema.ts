import { z } from "zod"
import { channel } from "./sections/channel.js"
import { client } from "./sections/client.js"
import { operation } from "./sections/operation.js"
import { proxies, rpc } from "./sections/rpc.js"
import { transports } from "./sections/transports.js"

/** The keys of Centrifugo's v6 layout that this engine has, with Centrifugo's defaults. */
export const configSchema = z.strictObject({
  client,
  channel,
  rpc,
  proxies,
  ...transports,
  ...operation,
})

/** A configuration as it is written: any part of Centrifugo's v6 layout that this engine has. */
export type EngineConfigInput = z.input<typeof configSchema>
/** A configuration that was checked, whole: durations in milliseconds. */
export type EngineConfig = z.output<typeof configSchema>
