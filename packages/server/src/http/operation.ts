import { z } from "zod"
import type { Refusal } from "./refusals.js"

/** What a request has to have beside its fields. */
export type Credential = "session" | "csrf" | "apiKey"

/** What is answered with a status: JSON, a text, or no body. */
export type AnswerBody = z.ZodType | "text" | "nothing"

/** What one method of one path takes and answers. */
export interface Operation {
  /** In a few words, without a full stop. */
  readonly summary: string
  readonly needs?: readonly Credential[]
  /** What may follow the `?`. */
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** Whether a request without a body is answered too. @default false */
  readonly isBodyOptional?: boolean
  /** By status. */
  readonly answers: Readonly<Record<number, AnswerBody>>
  readonly refusals: readonly Refusal[]
  /** What refusals may tell beside the error. */
  readonly besides?: z.ZodRawShape
}

/** The operations of a path, by method. */
export type PathOperations = Readonly<
  Partial<Record<"get" | "post" | "patch" | "delete", Operation>>
>

/** Operations by path, with `{name}` for a part that is to be filled in. */
export type Operations = Readonly<Record<string, PathOperations>>

/** An operation as OpenAPI 3.1 has it. */
export function writeOperation(path: string, operation: Operation) {
  const { summary, needs = [], query, body, isBodyOptional = false } = operation
  const parameters = [...pathParameters(path), ...queryParameters(query)]
  return {
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: !isBodyOptional, content: jsonOf(body) },
    }),
    responses: { ...writeAnswers(operation.answers), ...writeRefusals(operation) },
    ...(needs.length > 0 && {
      security: [Object.fromEntries(needs.map((need) => [need, []]))],
    }),
  }
}

function pathParameters(path: string) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }))
}

function queryParameters(query: z.ZodType | undefined) {
  if (query === undefined) return []
  const { properties = {}, required = [] } = schemaOf(query)
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }))
}

function writeAnswers(answers: Operation["answers"]) {
  return Object.fromEntries(
    Object.entries(answers).map(([status, body]) => [status, writeAnswer(status, body)]),
  )
}

function writeAnswer(status: string, body: AnswerBody) {
  const description = status === "200" ? "The answer" : "It can't be answered"
  if (body === "nothing") return { description }
  return { description, content: body === "text" ? { "text/plain": {} } : jsonOf(body) }
}

function writeRefusals({ refusals, besides = {} }: Operation) {
  const statuses = [...new Set(refusals.map(({ status }) => status))]
  return Object.fromEntries(
    statuses.map((status) => {
      const those = refusals.filter((refusal) => refusal.status === status)
      const description = [...new Set(those.map(({ message }) => message))].join("; ")
      return [status, { description, content: jsonOf(refusalSchema(those, besides)) }]
    }),
  )
}

function refusalSchema(those: readonly Refusal[], besides: z.ZodRawShape) {
  const namesFields = those.some(({ fields }) => fields !== undefined)
  const error = z.strictObject({
    code: z.enum([...new Set(those.map(({ code }) => code))]),
    message: z.string().min(1),
    ...(namesFields && { fields: z.record(z.string(), z.string()).optional() }),
  })
  return z.strictObject({ error, ...besides })
}

function jsonOf(schema: z.ZodType) {
  return { "application/json": { schema: schemaOf(schema) } }
}

function schemaOf(schema: z.ZodType) {
  const { $schema, ...written } = z.toJSONSchema(schema, { io: "input" })
  return written
}
