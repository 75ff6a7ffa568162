import { z } from "zod"

/** A JSON schema, as far as it is looked into. */
export const jsonSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.json()).optional(),
  const: z.json().optional(),
  get anyOf() {
    return z.array(jsonSchema).optional()
  },
  get items() {
    return jsonSchema.optional()
  },
  get properties() {
    return z.record(z.string(), jsonSchema).optional()
  },
  required: z.array(z.string()).optional(),
})
export type JsonSchema = z.output<typeof jsonSchema>

const content = z.record(z.string(), z.object({ schema: jsonSchema.optional() }))
const answerSchema = z.custom<z.core.JSONSchema.JSONSchema>((value) => typeof value === "object")
const answerContent = z.record(z.string(), z.object({ schema: answerSchema.optional() }))
const operationSchema = z.object({
  summary: z.string(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.enum(["path", "query"]), schema: jsonSchema }))
    .default([]),
  requestBody: z.object({ required: z.boolean(), content }).optional(),
  responses: z.record(
    z.string(),
    z.object({ description: z.string(), content: answerContent.optional() }),
  ),
})
const documentSchema = z.object({
  openapi: z.literal("3.1.0"),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
})

/** One method of one path, as the document has it. */
export interface Operation extends z.output<typeof operationSchema> {
  /** In capitals. */
  readonly method: string
  readonly path: string
}

/** The operations that a server says it has. */
export async function operationsOf(url: string): Promise<readonly Operation[]> {
  const response = await fetch(`${url}/instant/openapi.json`)
  const { paths } = documentSchema.parse(await response.json())
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
    })),
  )
}

/** The schema of a body in JSON; undefined where there is none. */
export function bodyOf({ requestBody }: Operation): JsonSchema | undefined {
  return requestBody?.content["application/json"]?.schema
}
