import { constants, deflateRawSync } from "node:zlib"
import type { EngineConfig } from "../config/schema.js"
import { type Framing, payloadOf, RSV1, websocketFrame } from "./websocket-frame.js"

/** What is deflated, and how well. */
export type DeflateConfig = Pick<
  EngineConfig["websocket"],
  "compression_level" | "compression_min_size"
>

/** A flush of zlib ends with 00 00 FF FF, which no message carries (RFC 7692, section 7.2.1). */
const FLUSH_SIZE = 4

/**
 * Makes frames for those who have negotiated permessage-deflate. Each is deflated for itself, without
 * what was sent before, so that the same frame is good for everybody.
 */
export function deflatedFraming(config: DeflateConfig): Framing {
  const options = { level: config.compression_level, finishFlush: constants.Z_SYNC_FLUSH }
  return (opcode, parts, separator) => {
    const plain = websocketFrame(opcode, parts, separator)
    const payload = payloadOf(plain)
    if (payload.length < config.compression_min_size) return plain
    const deflated = deflateRawSync(payload, options)
    return websocketFrame(RSV1 | opcode, [deflated.subarray(0, -FLUSH_SIZE)])
  }
}
