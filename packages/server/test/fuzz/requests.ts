import fc from "fast-check"
import { SECRETS } from "../running-server.js"
import { bodyOf, type JsonSchema, type Operation } from "./document.js"
import type { RawRequest } from "./send.js"
import { KNOWN, nearlyOf, valuesOf } from "./values.js"

/** The cookies of somebody who is signed in. */
export interface Visitor {
  readonly sessionid: string
  readonly csrftoken: string
}

/** Who sends requests. */
export interface Visitors {
  readonly root: Visitor
  readonly user: Visitor
}

type Headers = Readonly<Record<string, string>>
type Weighted<T> = readonly (readonly [weight: number, value: T])[]

/** Requests to an operation: most of them go far, each may be wrong in any way. */
export function requestsTo(operation: Operation, visitors: Visitors): fc.Arbitrary<RawRequest> {
  const sender = weighted<Headers>([
    [1, {}],
    [2, headersOf(visitors.user)],
    [20, headersOf(visitors.root)],
    [1, headersOf({ ...visitors.root, csrftoken: "x" })],
    [1, { Cookie: "sessionid=%00; csrftoken=;;=" }],
  ])
  return fc
    .record({
      path: pathsOf(operation),
      query: queriesOf(operation),
      sender,
      token: tokens(visitors),
      origin: origins,
      key: keys,
      content: contentsOf(operation),
    })
    .map(({ path, query, sender, token, origin, key, content }) => ({
      method: operation.method,
      path: `${path}${query}`,
      headers: { ...sender, ...token, ...origin, ...key, ...content.type },
      body: content.body,
    }))
}

function weighted<T>(values: Weighted<T>): fc.Arbitrary<T> {
  return fc.oneof(...values.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))
}

function headersOf({ sessionid, csrftoken }: Visitor): Headers {
  return { Cookie: `sessionid=${sessionid}; csrftoken=${csrftoken}` }
}

/** The cookie itself is a token too. */
function tokens({ root, user }: Visitors): fc.Arbitrary<Headers> {
  return weighted<Headers>([
    [20, { "X-CSRFToken": root.csrftoken }],
    [2, { "X-CSRFToken": user.csrftoken }],
    [1, {}],
    [1, { "X-CSRFToken": "x".repeat(64) }],
  ])
}

const origins = weighted<Headers>([
  [20, {}],
  [1, { "Sec-Fetch-Site": "same-origin" }],
  [1, { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" }],
  [1, { Origin: "https://evil.example" }],
  [1, { Origin: "null" }],
])

const keys = weighted<Headers>([
  [16, { "X-API-Key": SECRETS.apiKey }],
  [1, {}],
  [1, { "X-API-Key": "wrong" }],
  [1, { Authorization: "apikey" }],
])

const oddNames = fc.constantFrom(
  // Those of dots lead to another path.
  ...["..", ".", "%2e%2e", "%2F", "a%2Fb", "%5C", "%00", "a%00b", "%", "%zz", "%ff", "%C0%80"],
  ...["%0d%0a", "%3F", "%23", "%20", "%F0%9F%8E%89", "constructor", "__proto__", "x".repeat(3_000)],
)
const names = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KNOWN).map(encodeURIComponent) },
  { weight: 2, arbitrary: oddNames },
  {
    weight: 1,
    arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 20 }).map(encodeURIComponent),
  },
)

function pathsOf({ path }: Operation): fc.Arbitrary<string> {
  return path.includes("{")
    ? names.map((name) => path.replace(/\{\w+\}/, () => name))
    : fc.constant(path)
}

function queriesOf({ parameters }: Operation): fc.Arbitrary<string> {
  const properties = Object.fromEntries(
    parameters.filter((each) => each.in === "query").map(({ name, schema }) => [name, schema]),
  )
  if (Object.keys(properties).length === 0) return fc.constant("")
  const written = nearlyOf({ type: "object", properties }).map(queryOf)
  const odd = fc.constantFrom(
    "",
    "?",
    "?limit",
    "?limit=%ff",
    "?limit=1&limit=2",
    "?%00=%00",
    "?&=",
  )
  return fc.oneof({ weight: 4, arbitrary: written }, { weight: 1, arbitrary: odd })
}

function queryOf(values: unknown): string {
  const pairs = Object.entries(Object(values)).map(([name, value]) => [name, String(value)])
  // Longer ones never come to the server: Node itself refuses them.
  return `?${new URLSearchParams(pairs)}`.slice(0, 2_000)
}

interface Content {
  readonly type: Headers
  readonly body: RawRequest["body"]
}

const utf8 = new TextEncoder()

const types = weighted<Headers>([
  [20, { "Content-Type": "application/json" }],
  [1, { "Content-Type": "Application/JSON ; charset=utf-8" }],
  [1, {}],
  [1, { "Content-Type": "text/plain" }],
  [1, { "Content-Type": "application/x-www-form-urlencoded" }],
  [1, { "Content-Type": ";;application/json" }],
])

const oddBodies = fc.oneof(
  fc.constantFrom<RawRequest["body"]>("none", "endless"),
  fc.uint8Array({ maxLength: 50 }),
  fc
    .constantFrom(
      ...[
        "",
        " ",
        "null",
        "[]",
        "1e999",
        "{}{}",
        '{"a":1,"a":2}',
        "\ufeff{}",
        '{"\\u0000":"\\ud800"}',
      ],
      ...["[".repeat(50_000), `${"[".repeat(9_000)}${"]".repeat(9_000)}`, '{"a":'.repeat(9_000)],
      ...['{"__proto__":{"superuser":true}}', '{"constructor":{}}', "NaN", "a=b"],
    )
    .map((text) => utf8.encode(text)),
)

function contentsOf(operation: Operation): fc.Arbitrary<Content> {
  const { method } = operation
  if (method === "GET") return fc.constant({ type: {}, body: "none" })
  const schema = bodyOf(operation)
  if (schema === undefined) return withType(fc.oneof(fc.constant("none" as const), oddBodies))
  const whole = nearlyOf(schema).map((value) => utf8.encode(JSON.stringify(value)))
  const cut = fc.tuple(whole, fc.nat()).map(([bytes, at]) => bytes.slice(0, at % bytes.length))
  return withType(
    fc.oneof(
      { weight: 16, arbitrary: whole },
      { weight: 1, arbitrary: cut },
      { weight: 2, arbitrary: oddBodies },
      { weight: 1, arbitrary: deepIn(schema) },
    ),
  )
}

function withType(bodies: fc.Arbitrary<RawRequest["body"]>): fc.Arbitrary<Content> {
  return fc.record({ type: types, body: bodies })
}

/** A good request but for one field, which is nested deeper than can be written. */
function deepIn(schema: JsonSchema): fc.Arbitrary<Uint8Array> {
  const names = ["extra", ...Object.keys(schema.properties ?? {})]
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
  return fc
    .tuple(valuesOf(schema), fc.constantFrom(...names))
    .map(([value, name]) =>
      utf8.encode(JSON.stringify({ ...Object(value), [name]: "deep" }).replace('"deep"', deep)),
    )
}
