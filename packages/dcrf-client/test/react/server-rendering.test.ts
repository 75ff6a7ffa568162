import { connect } from "dcrf-client"
import { createHooks, DcrfProvider, useList, useStatus, useThing } from "dcrf-client/react"
import { createStore } from "dcrf-client/store"
import { FakeDcrfServer } from "dcrf-client/testing"
import { createElement as h, type ReactNode, StrictMode } from "react"
import { renderToString } from "react-dom/server"
import { expect, test } from "vitest"
import { tasks } from "../testing/plain-socket.js"

interface Thing {
  readonly pk: number
  readonly name: string
}

const things = createHooks<Thing>("things")

function Page(): ReactNode {
  const thing = things.useThing(1)
  const list = things.useList({ letter: "a" })
  const unknown = useThing("things", undefined)
  const others = useList<Thing>("others")
  const states = [thing.status, list.status, unknown.status, others.status, useStatus()]
  return h("p", null, [...states, list.data.length, thing.data?.name ?? "nothing"].join(" "))
}

test("on a server everything is loading, and nothing is asked or subscribed", async () => {
  const server = new FakeDcrfServer({ things: [{ pk: 1, name: "apple" }], others: [] })
  const client = connect(server.url, server.options)
  const html = renderToString(h(StrictMode, null, h(DcrfProvider, { client }, h(Page))))
  expect(html).toBe("<p>loading loading loading loading idle 0 nothing</p>")
  await tasks()
  expect([server.requests, server.subscriptions]).toEqual([[], []])
  await client.close()
})

test("what a store knows already is not rendered, for the browser that takes over doesn't know it", async () => {
  const server = new FakeDcrfServer({ things: [{ pk: 1, name: "apple" }], others: [] })
  const client = connect(server.url, server.options)
  const store = createStore(client)
  const row = store.row("things", 1)
  const off = row.subscribe(() => {})
  await tasks()
  expect(row.get().status).toBe("live")
  expect(renderToString(h(DcrfProvider, { store }, h(Page)))).toContain("loading")
  off()
  await client.close()
})

test("a hook without a provider says what is missing", () => {
  expect(() => renderToString(h(Page))).toThrow("There is no <DcrfProvider> above this component")
})
