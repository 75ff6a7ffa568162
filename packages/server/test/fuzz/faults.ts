import { z } from "zod"
import { SECRETS } from "../running-server.js"
import type { Operation } from "./document.js"
import type { RawAnswer, RawRequest } from "./send.js"

/** What no answer may hold: keys, hashes of passwords, stacks. */
const kept = [
  new RegExp(`${SECRETS.tokenKey}|${SECRETS.apiKey}`),
  /scrypt|password_hash/,
  /\bat \S+ \(|\.[jt]s:\d+|node_modules/,
]

const validators = new WeakMap<object, z.ZodType>()

/** What is wrong with an answer, by the document; undefined when nothing is. */
export function faultOf(
  operation: Operation,
  request: RawRequest,
  { status, type = "", body }: RawAnswer,
): string | undefined {
  const leak = kept.find((pattern) => pattern.test(body))
  if (leak !== undefined) return `tells ${leak}`
  const documented = operation.responses[status]
  if (leadsElsewhere(operation, request)) return status < 500 ? undefined : `has status ${status}`
  if (documented === undefined || status === 500) return `has status ${status}`
  const { content } = documented
  if (content === undefined) return body === "" ? undefined : "has a body"
  const [media = ""] = type.split(";")
  const described = content[media]
  if (described === undefined) return `is of type ${type}`
  if (described.schema === undefined) return undefined
  const { success, error } = validatorOf(described.schema).safeParse(JSON.parse(body))
  return success ? undefined : z.prettifyError(error)
}

/** Whether a name in the path makes it another's. */
function leadsElsewhere({ path }: Operation, request: RawRequest): boolean {
  const { pathname } = new URL(request.path, "http://127.0.0.1")
  return !new RegExp(`^${path.replace(/\{\w+\}/, "[^/]+")}$`).test(pathname)
}

function validatorOf(schema: z.core.JSONSchema.JSONSchema): z.ZodType {
  const known = validators.get(schema)
  if (known !== undefined) return known
  const made = z.fromJSONSchema(schema)
  validators.set(schema, made)
  return made
}
