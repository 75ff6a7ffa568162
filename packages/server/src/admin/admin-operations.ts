import { z } from "zod"
import type { Operation, Operations } from "../http/operation.js"
import { type Refusal, refusals } from "../http/refusals.js"
import {
  accountShown,
  auditShown,
  channelShown,
  connectionsShown,
  groupShown,
  historyShown,
  outboxShown,
  presenceShown,
  publishedShown,
  sessionShown,
  statsShown,
} from "./answers.js"
import { auditQuery } from "./audit.js"
import { historyQuery } from "./channel-contents.js"
import { channelAddition, channelChanges } from "./channels.js"
import { connectionOwner, connectionsQuery } from "./connections.js"
import { groupAddition } from "./groups.js"
import { outboxQuery, retryChoice } from "./outbox.js"
import { publishedEvent } from "./publish.js"
import { accountAddition, accountChanges } from "./users.js"

const { accountsElsewhere, engineAway, engineElsewhere, engineRefused, exists, invalid, unknown } =
  refusals
const nothing = z.strictObject({})

/** What the admin may refuse to anyone, or at any time. */
const always = [
  refusals.notSignedIn,
  refusals.notSuperuser,
  refusals.notAdminPage,
  refusals.slowAuthentication,
  refusals.databaseAway,
  refusals.closing,
  refusals.internal,
]

interface Details extends Pick<Operation, "query" | "body"> {
  readonly summary: string
  readonly answer: z.ZodType
  readonly refused?: readonly Refusal[]
}

function read(details: Details): Operation {
  return operation(details, ["session"], always)
}

function change(details: Details): Operation {
  const refused = [refusals.csrf, refusals.tooLarge, ...always]
  return operation(details, ["session", "csrf"], refused)
}

function operation(
  { summary, query, body, answer, refused = [] }: Details,
  needs: Operation["needs"] & {},
  others: readonly Refusal[],
): Operation {
  const ofBody = [refusals.malformed, refusals.notJson, invalid]
  return {
    summary,
    needs,
    answers: { 200: answer },
    refusals: [
      ...refused,
      ...(query === undefined ? [] : [invalid]),
      ...(body === undefined ? [] : ofBody),
      ...others,
    ],
    // Beside a 403: whether there are accounts to sign in with here.
    besides: { accounts: z.boolean().optional() },
    ...(query !== undefined && { query }),
    ...(body !== undefined && { body }),
  }
}

const ofChannels: Operations = {
  channels: {
    get: read({
      summary: "All channels, with how many listen",
      answer: z.strictObject({ channels: z.array(channelShown) }),
    }),
    post: change({
      summary: "Adds a channel",
      body: channelAddition,
      answer: channelShown,
      refused: [exists],
    }),
  },
  "channels/{name}": {
    patch: change({
      summary: "Changes a channel",
      body: channelChanges,
      answer: channelShown,
      refused: [unknown, exists],
    }),
    delete: change({ summary: "Removes a channel", answer: nothing, refused: [unknown] }),
  },
  "channels/{name}/presence": {
    get: read({
      summary: "Who is in a channel",
      answer: presenceShown,
      refused: [unknown, engineRefused, engineAway],
    }),
  },
  "channels/{name}/history": {
    get: read({
      summary: "What a channel keeps",
      query: historyQuery,
      answer: historyShown,
      refused: [unknown, engineRefused, engineAway],
    }),
  },
  "channels/{name}/token": {
    post: change({
      summary: "What lets this superuser listen to a channel",
      answer: z.strictObject({ token: z.string(), connectionToken: z.string() }),
      refused: [unknown],
    }),
  },
  publish: {
    post: change({
      summary: "Publishes an event, now or by the outbox",
      body: publishedEvent,
      answer: publishedShown,
      refused: [engineRefused, engineAway],
    }),
  },
}

const ofAccounts: Operations = {
  users: {
    get: read({
      summary: "The built-in accounts",
      answer: z.strictObject({ users: z.array(accountShown) }),
      refused: [accountsElsewhere],
    }),
    post: change({
      summary: "Adds an account",
      body: accountAddition,
      answer: accountShown,
      refused: [exists, accountsElsewhere],
    }),
  },
  "users/{name}": {
    patch: change({
      summary: "Changes an account",
      body: accountChanges,
      answer: accountShown,
      refused: [unknown, refusals.oneself, refusals.lastSuperuser, accountsElsewhere],
    }),
    delete: change({
      summary: "Removes an account",
      answer: nothing,
      refused: [unknown, refusals.oneself, refusals.lastSuperuser, accountsElsewhere],
    }),
  },
  groups: {
    get: read({
      summary: "All groups, with how many they have",
      answer: z.strictObject({ groups: z.array(groupShown) }),
    }),
    post: change({
      summary: "Adds a group",
      body: groupAddition,
      answer: groupShown,
      refused: [exists],
    }),
  },
  "groups/{name}": {
    delete: change({ summary: "Removes a group", answer: nothing, refused: [unknown] }),
  },
}

const ofOperation: Operations = {
  session: {
    get: read({ summary: "Who is signed in, and where", answer: sessionShown }),
  },
  connections: {
    get: read({
      summary: "Who is connected to the engine in this process",
      query: connectionsQuery,
      answer: connectionsShown,
      refused: [engineElsewhere, engineRefused],
    }),
  },
  "connections/{client}": {
    delete: change({
      summary: "Ends a connection, which doesn't come back by itself",
      body: connectionOwner,
      answer: nothing,
      refused: [unknown, engineRefused, engineAway],
    }),
  },
  outbox: {
    get: read({
      summary: "What is accepted and not delivered",
      query: outboxQuery,
      answer: outboxShown,
    }),
  },
  "outbox/retry": {
    post: change({
      summary: "Has one that failed tried again, or all of them",
      body: retryChoice,
      answer: z.strictObject({ retried: z.int() }),
      refused: [unknown],
    }),
  },
  "outbox/{id}": {
    delete: change({ summary: "Discards an event", answer: nothing, refused: [unknown] }),
  },
  stats: {
    get: read({ summary: "How the server does, and did in the last hour", answer: statsShown }),
  },
  audit: {
    get: read({ summary: "Who did what here", query: auditQuery, answer: auditShown }),
  },
}

/** The admin's API. */
export const adminOperations: Operations = Object.fromEntries(
  Object.entries({ ...ofChannels, ...ofAccounts, ...ofOperation }).map(([path, methods]) => [
    `/instant/admin/api/${path}`,
    methods,
  ]),
)
