import {
  errors,
  NotJsonError,
  type Payload,
  ProtocolError,
  payloadJson,
  type RawJson,
} from "@instant-ws/protocol"
import type { ChannelOptions } from "./options.js"

/** What a channel's publications may hold; empty: anything but nothing. */
export type DataFormat = ChannelOptions["publication_data_format"]

/**
 * The payload, when it is of the format of its channel.
 * @throws ProtocolError 107 when it isn't.
 */
export function inFormat(format: DataFormat, data: Payload | undefined): Payload {
  if (format === "binary") return data ?? new Uint8Array()
  if (data === undefined || data.length === 0) throw new ProtocolError(errors.badRequest)
  if (format !== "") {
    const json = jsonOf(data)
    if (format === "json_object" && !json.trimStart().startsWith("{")) {
      throw new ProtocolError(errors.badRequest)
    }
  }
  return data
}

function jsonOf(data: Payload): RawJson {
  try {
    return payloadJson(data)
  } catch (cause) {
    if (!(cause instanceof NotJsonError)) throw cause
    throw new ProtocolError(errors.badRequest, { cause })
  }
}
