import { z } from "zod"
import { channelLevels } from "../channels/level.js"
import { credentialsSchema } from "./login.js"
import type { Operation, Operations } from "./operation.js"
import { refusals } from "./refusals.js"

const { closing, internal, malformed, notJson, notSignedIn, slowAuthentication, tooLarge } =
  refusals

const grants = z.array(
  z.strictObject({ name: z.string(), level: z.enum(channelLevels), token: z.string() }),
)
const tokens = z.strictObject({
  csrf_token: z.string(),
  ws_token: z.string(),
  channels: grants,
  ws_url: z.string().optional(),
})

/** What every endpoint may refuse. */
const always = [closing, refusals.databaseAway, internal]
/** What every endpoint may refuse that takes a body. */
const ofBody = [malformed, tooLarge, notJson]
/** What may be refused to a visitor. */
const ofVisitor = [notSignedIn, slowAuthentication]

const getToken: Operation = {
  summary: "What a client needs to connect and to subscribe",
  needs: ["session"],
  answers: { 200: tokens },
  refusals: [...ofVisitor, ...always],
}

/** The endpoints of visitors. */
export const visitorOperations: Operations = {
  "/instant/get_token/": {
    get: getToken,
    post: { ...getToken, refusals: [...getToken.refusals, tooLarge] },
  },
  "/instant/subscribe/": {
    post: {
      summary: "The visitor's channels with new tokens, whatever the body says",
      needs: ["session"],
      body: z.unknown(),
      isBodyOptional: true,
      answers: { 200: z.strictObject({ channels: grants }) },
      refusals: [...ofBody, ...ofVisitor, ...always],
    },
  },
}

/** The endpoints of the built-in accounts. */
export const accountOperations: Operations = {
  "/instant/login/": {
    post: {
      summary: "Begins a session, and answers tokens",
      body: credentialsSchema,
      answers: { 200: tokens },
      refusals: [
        refusals.badCredentials,
        refusals.wrongCredentials,
        refusals.otherSite,
        refusals.tooManyAttempts,
        ...ofBody,
        ...always,
      ],
    },
  },
  "/instant/logout/": {
    post: {
      summary: "Ends the session",
      needs: ["session", "csrf"],
      answers: { 200: z.strictObject({ response: z.literal("ok") }) },
      refusals: [refusals.otherSite, refusals.csrf, notSignedIn, tooLarge, ...always],
    },
  },
}

const readiness = z.strictObject({
  ready: z.boolean(),
  checks: z
    .strictObject({ database: z.string(), engine: z.string(), outbox: z.string() })
    .optional(),
})

/** What watches over the server. */
export const watchOperations: Operations = {
  "/instant/health/": {
    get: {
      summary: "Whether the process is alive",
      answers: { 200: z.strictObject({ status: z.literal("alive") }) },
      refusals: [internal],
    },
  },
  "/instant/ready/": {
    get: {
      summary: "Whether requests may be sent here; who has the API key is told why not",
      answers: { 200: readiness, 503: z.union([readiness, refusalOf(closing)]) },
      refusals: [internal],
    },
  },
  "/instant/openapi.json": {
    get: {
      summary: "This document",
      answers: { 200: z.looseObject({ openapi: z.literal("3.1.0") }) },
      refusals: always,
    },
  },
}

/** Where the engine counts. */
export const metricsOperations: Operations = {
  "/instant/metrics": {
    get: {
      summary: "Figures for Prometheus",
      answers: { 200: "text" },
      refusals: always,
    },
  },
}

function refusalOf({ code }: { readonly code: string }) {
  return z.strictObject({ error: z.strictObject({ code: z.literal(code), message: z.string() }) })
}
