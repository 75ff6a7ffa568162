import {
  FakeDcrfServer,
  type FakeReply,
  type FakeRequest,
  type FakeRow,
  type FakeStream,
} from "dcrf-client/testing"

/** The rows to begin with, by table. */
interface Seed {
  readonly things?: readonly FakeRow[]
  readonly documents?: readonly FakeRow[]
}

const writes = new Set(["create", "update", "patch", "delete", "increment"])

const failures: Readonly<Record<string, FakeReply>> = {
  validation: { status: 400, errors: [{ name: ["bad name"], counter: ["too big", "odd"] }] },
  list: { status: 400, errors: ["first", "second"] },
  unauthenticated: { status: 401, errors: ["Authentication credentials were not provided."] },
  denied: { status: 403, errors: ["not yours"] },
  throttled: {
    status: 429,
    errors: ["Request was throttled. Expected available in 7 seconds."],
  },
  server: { status: 500, errors: ["on fire"] },
}

/** The fixture's project, told to the fake: what its consumers.py says in Python. */
export function fixtureServer(seed: Seed): FakeDcrfServer {
  const { things: rows = [], documents = [] } = seed
  const things = { rows, required: ["name"], defaults: { counter: 0 } }
  const pages = { defaultLimit: 3, maxLimit: 5 }
  const server: FakeDcrfServer = new FakeDcrfServer({
    things: { ...things, ...groups, ...roles, filter: startsWithLetter, actions: actions() },
    things_with_id: { ...things, pkField: "id" },
    vault: { ...things, permits: ({ payload }) => payload.token === "letmein" },
    paged: { ...things, paging: pages },
    streamed: { ...things, paging: { ...pages, streamed: true } },
    feed: { ...things, observers: [{ subscribe: "follow", frame: freeForm }] },
    users: { required: ["username"], defaults: { email: "", likes: [] }, validate: faultsInUser },
    documents: { rows: documents.map(({ id, title }) => ({ pk: id, title })) },
  })
  return server

  function actions(): NonNullable<FakeStream["actions"]> {
    return {
      echo: ({ payload: { action: _, request_id: __, ...data } }) => ({ status: 200, data }),
      increment: ({ payload }) => {
        const counter = Number(server.rows("things")[0]?.counter) + Number(payload.by)
        server.update("things", Number(payload.pk), { counter })
        return { status: 200, data: { pk: payload.pk, counter } }
      },
      "renamed-action": () => ({ status: 200, data: { via: "renamed-action" } }),
      silent: () => undefined,
      fail: ({ payload }) => {
        const failure = failures[String(payload.how)]
        if (failure === undefined) throw new Error("unhandled")
        return failure
      },
      count_up: ({ payload }) => countUp(payload),
    }
  }
}

const roles = {
  permits: ({ action, url }: FakeRequest) =>
    url.searchParams.get("role") !== "reader" || !writes.has(String(action)),
}

const letterOf = (row: FakeRow): string => String(row.name).slice(0, 1).toLowerCase()

const startsWithLetter = (row: FakeRow, { payload }: FakeRequest) =>
  payload.letter === undefined || letterOf(row) === payload.letter

const groups = {
  observers: [
    {
      groupsOf: (row) => ["all", `pk-${row.pk}`, `letter-${letterOf(row)}`],
      wanted: ({ payload: { pks, letter } }) => {
        if (Array.isArray(pks)) return pks.map((pk) => `pk-${pk}`)
        return [letter === undefined ? "all" : `letter-${letter}`]
      },
    },
  ],
} satisfies FakeStream

const freeForm = ({
  action,
  data,
  requestId,
}: {
  action: string
  data: FakeRow
  requestId: unknown
}) => ({
  body: data,
  action,
  request_id: requestId,
})

const faultsInUser = ({ username, email = "" }: FakeRow, others: readonly FakeRow[]) => {
  if (email !== "" && !String(email).includes("@")) {
    return { email: ["Enter a valid email address."] }
  }
  if (!others.some((user) => user.username === username)) return undefined
  return { username: ["user like with this username already exists."] }
}

function* countUp({ to, end, fail_at }: FakeRow): Generator<FakeReply> {
  for (let n = 1; n <= Number(to); n += 1) {
    if (n === fail_at) return yield { status: 400, errors: [{ at: [String(n)] }] }
    yield { status: 200, data: { n } }
  }
  if (end !== undefined) yield { status: Number(end) }
}
