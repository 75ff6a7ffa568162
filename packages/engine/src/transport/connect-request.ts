import { BadFrameError, decodeConnectRequest, type Request } from "@instant-ws/protocol"

/** The connect request that a client of a unidirectional transport begins with; undefined when it is none. */
export function readConnectRequest(text: string): Request<"connect"> | undefined {
  try {
    return decodeConnectRequest(text)
  } catch (error) {
    if (error instanceof BadFrameError) return undefined
    throw error
  }
}
