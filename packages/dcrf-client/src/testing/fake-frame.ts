import type { FakeReply, FakeRequest, FakeRow } from "./fake-stream.js"

/** An answer as it goes over the wire. */
export function asFrame(
  { action, requestId }: Pick<FakeRequest, "action" | "requestId">,
  { status, data = null, errors = [] }: FakeReply,
): FakeRow {
  return { errors, data, action, response_status: status, request_id: requestId }
}
