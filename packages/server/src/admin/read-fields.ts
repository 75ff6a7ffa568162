import { z } from "zod"
import type { RequestContext } from "../http/endpoint.js"
import { readJson } from "../http/json-body.js"
import { HttpError } from "../http/refusals.js"

/** The most faults that are told at once. */
const MOST = 20

/** Reads the body of a request. @throws HttpError 400 that names every wrong field, 415 for no JSON. */
export async function readBody<T>(context: RequestContext, schema: z.ZodType<T>): Promise<T> {
  return checked(schema, await readJson(context))
}

/** Reads what follows the `?`. @throws HttpError 400 that names every wrong field. */
export function readQuery<T>({ req }: RequestContext, schema: z.ZodType<T>): T {
  return checked(schema, req.query())
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value)
  if (success) return data
  const fields = Object.fromEntries(error.issues.flatMap(faultsOf).slice(0, MOST))
  const faults = Object.entries(fields).map(([name, fault]) => `${name}: ${fault}`)
  const message = faults.length === 0 ? "Send a JSON object" : faults.join("; ")
  throw new HttpError({ status: 400, code: "invalid", message, fields })
}

function faultsOf(issue: z.core.$ZodIssue): ReadonlyArray<readonly [name: string, fault: string]> {
  const { path, message } = issue
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => [z.core.toDotPath([...path, key]), "There is no such field"])
  }
  return path.length === 0 ? [] : [[z.core.toDotPath(path), message]]
}
