import { z } from "zod"
import { count, list, seconds, text } from "../value-kinds.js"
import { channelOptions, publicationDataFormat } from "./channel-options.js"
import { name, proxyOptions } from "./proxy.js"

const proxy = z.strictObject(proxyOptions).prefault({})

/** What channels there may be. */
export const channel = z
  .strictObject({
    /** Channels whose name has no namespace. */
    without_namespace: z.strictObject(channelOptions).prefault({}),
    /** Channels whose name begins with `name:`. */
    namespaces: list(z.strictObject({ name, ...channelOptions })),
    /** The proxies named `default`. */
    proxy: z.strictObject({ subscribe: proxy, publish: proxy, sub_refresh: proxy }).prefault({}),
    /** How long offset and epoch of a stream are kept, in milliseconds. */
    history_meta_ttl: seconds("720h0m0s"),
    /** What may be published. */
    publication_data_format: publicationDataFormat,
    /** The most characters of a channel's name. */
    max_length: count(255),
    /** Channels that begin with it need a subscription token. */
    private_prefix: text("$"),
    /** Ends the namespace in a channel's name. */
    namespace_boundary: text(":"),
    /** Begins the users in a channel's name. */
    user_boundary: text("#"),
    /** Stands between the users in a channel's name. */
    user_separator: text(","),
  })
  .prefault({})
