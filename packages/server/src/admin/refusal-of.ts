import { ProtocolError } from "@instant-ws/protocol"
import type { Logger } from "pino"
import { DatabaseError } from "../database/database-error.js"
import { EngineError } from "../engine/engine-error.js"
import { HttpError, type Refusal } from "../http/refusals.js"
import { EventError } from "../publish/event-error.js"
import { StoreError } from "../store-error.js"

const stores = {
  invalid: 400,
  unknown: 404,
  exists: 409,
} as const satisfies Record<StoreError["code"], Refusal["status"]>

/** What an error of the rest of the server is to the admin; one that should not have happened stays as it is. */
export function refusalOf(error: unknown, log: Logger | undefined): unknown {
  if (error instanceof HttpError || !(error instanceof Error)) return error
  const { message } = error
  if (error instanceof StoreError) return storeRefusal(error)
  if (error instanceof EventError) {
    const field = error.issues.length === 0 ? "eventClass" : "data"
    return new HttpError({ status: 400, code: "invalid", message, fields: { [field]: message } })
  }
  if (error instanceof ProtocolError) {
    const words = `The engine refuses it with code ${error.code}: ${message}`
    return new HttpError({ status: 409, code: "engine_refused", message: words })
  }
  if (error instanceof EngineError || error instanceof DatabaseError) {
    log?.error({ err: error }, "the admin could not be answered")
    const code = error instanceof EngineError ? "engine_away" : "database_away"
    return new HttpError({ status: 503, code, message })
  }
  return error
}

/** Levels and groups were checked before: what a store finds wrong is the name. */
function storeRefusal({ code, message }: StoreError): HttpError {
  const fields = code === "unknown" ? {} : { fields: { name: message } }
  return new HttpError({ status: stores[code], code, message, ...fields })
}
