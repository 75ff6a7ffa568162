import { z } from "zod"
import { code, count, duration, flag, list, path } from "../value-kinds.js"

const websocketOptions = {
  /** Compresses messages (permessage-deflate). */
  compression: flag,
  /** Messages of fewer bytes are not compressed. */
  compression_min_size: count(),
  /** From 1, fast, to 9, small. */
  compression_level: count(1).refine((level) => level <= 9, { error: "must be from 1 to 9" }),
  /** Node manages its buffers itself: any value is taken. */
  read_buffer_size: count(),
  /** Node manages its buffers itself: any value is taken. */
  use_write_buffer_pool: flag,
  /** Node manages its buffers itself: any value is taken. */
  write_buffer_size: count(),
  /** How long a write may take, in milliseconds. */
  write_timeout: duration("1s"),
  /** The most bytes of a client's message. */
  message_size_limit: count(65_536),
  /** The most bytes of a client's message once unpacked; 0 for 10 times `message_size_limit`. */
  decompressed_message_size_limit: count(),
}

/** The keys of a transport that is reached under `/connection/<its name>`. */
const streamOptions = (name: string) => ({
  /** Serves it. */
  enabled: flag,
  /** Where. */
  handler_prefix: path(`/connection/${name}`),
  /** The most bytes of a request. */
  max_request_body_size: count(65_536),
})

const codeTransform = z.strictObject({
  /** The code of the error or disconnect. */
  code: code(),
  to: z.strictObject({
    /** The HTTP status of the answer. */
    status_code: code(),
    /** The text of the answer. */
    body: z.string().default(""),
  }),
})

const unidirectionalOptions = (name: string) => ({
  ...streamOptions(name),
  connect_code_to_http_response: z
    .strictObject({
      /** Errors of connect are answered as below. */
      enabled: flag,
      transforms: list(codeTransform),
    })
    .prefault({}),
})

/** The ways to connect, by their sections. */
export const transports = {
  websocket: z
    .strictObject({
      /** Serves it not. */
      disabled: flag,
      /** Where. */
      handler_prefix: path("/connection/websocket"),
      ...websocketOptions,
    })
    .prefault({}),
  sse: z.strictObject(streamOptions("sse")).prefault({}),
  http_stream: z.strictObject(streamOptions("http_stream")).prefault({}),
  uni_sse: z.strictObject(unidirectionalOptions("uni_sse")).prefault({}),
  uni_http_stream: z.strictObject(unidirectionalOptions("uni_http_stream")).prefault({}),
  uni_websocket: z
    .strictObject({
      /** Serves it. */
      enabled: flag,
      /** Where. */
      handler_prefix: path("/connection/uni_websocket"),
      ...websocketOptions,
      /** Ends the connection without a close frame. */
      disable_closing_handshake: flag,
      /** Ends the connection without a disconnect push before the close frame. */
      disable_disconnect_push: flag,
      /** Puts several pushes into one frame. */
      join_push_messages: flag,
    })
    .prefault({}),
  emulation: z
    .strictObject({
      /** Where the commands of SSE and HTTP-streaming clients go. */
      handler_prefix: path("/emulation"),
      /** The most bytes of a request. */
      max_request_body_size: count(65_536),
    })
    .prefault({}),
}
