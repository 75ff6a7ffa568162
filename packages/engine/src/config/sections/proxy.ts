import { z } from "zod"
import { code, duration, flag, list, text, textMap, texts } from "../value-kinds.js"

const ascii = z
  .string()
  .regex(/^[\x20-\x7e]{0,123}$/, { error: "must be at most 123 ASCII characters" })
  .default("")

/** The end of a connection that is told to a client. */
export const disconnect = z.strictObject({
  /** The code of the disconnect. */
  code: code(),
  /** Why, for people. */
  reason: ascii,
})

const errorReply = z.strictObject({
  /** The code of the error. */
  code: code(),
  /** What happened, for people. */
  message: ascii,
  /** Whether the client may try again. */
  temporary: flag,
})

const statusTransform = z
  .strictObject({
    /** The HTTP status that the backend answered with. */
    status_code: code(),
    /** The error that the client gets for it. */
    to_error: errorReply.optional(),
    /** Or the disconnect. */
    to_disconnect: disconnect.optional(),
  })
  .refine(
    ({ to_error, to_disconnect }) => (to_error === undefined) !== (to_disconnect === undefined),
    {
      error: "must have either to_error or to_disconnect",
    },
  )

/** How a backend is asked over HTTP; the keys of every proxy. */
export const proxyOptions = {
  /** The URL that is asked: `http://` or `https://`. */
  endpoint: text().refine((value) => value === "" || /^https?:\/\//.test(value), {
    error: "must begin with http:// or https://; Centrifugo has gRPC proxies, this engine doesn't",
  }),
  /** How long the answer may take, in milliseconds. */
  timeout: duration("1s"),
  /** Headers of the client's own request that are passed on. */
  http_headers: texts,
  /** Headers out of the client's connect command (`headers`) that are passed on. */
  emulated_headers: texts,
  /** Payloads travel as base64 text (`b64data`). */
  binary_encoding: flag,
  /** The connection's `meta` is passed on. */
  include_connection_meta: flag,
  http: z
    .strictObject({
      /** Headers of every request; the client's own go before them. */
      static_headers: textMap,
      /** What the client gets for a status that isn't 200. */
      status_to_code_transforms: list(statusTransform),
    })
    .prefault({}),
}

/** A name of a namespace or a proxy. */
export const name = z
  .string({ error: "must have a name" })
  .regex(/^[-a-zA-Z0-9_.]{2,}$/, { error: "a name has at least 2 letters, digits, - _ or ." })
