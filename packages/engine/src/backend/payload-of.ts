import { decodeBase64, errors, type Payload, ProtocolError } from "@instant-ws/protocol"

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
  const bytes = decodeBase64(base64)
  if (bytes === undefined) throw new ProtocolError(refusal)
  return bytes
}
