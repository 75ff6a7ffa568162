import { errors, type Payload, ProtocolError } from "@instant-ws/protocol"

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/

/**
 * A payload that is given as JSON, or as bytes in base 64.
 * @throws ProtocolError when there is text but no base 64: `refusal`, or 107 unless said otherwise.
 */
export function payloadOf(
  json: Payload | undefined,
  base64: string,
  refusal: ConstructorParameters<typeof ProtocolError>[0] = errors.badRequest,
): Payload | undefined {
  if (base64 === "") return json
  if (!BASE64.test(base64)) throw new ProtocolError(refusal)
  return Buffer.from(base64, "base64")
}
