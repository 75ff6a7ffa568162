import fc from "fast-check"
import { expect, test } from "vitest"
import { channelTabs, hashOf, readRoute } from "../src/admin/route.js"

test("an address leads to a channel of any name, and to each of its parts", () => {
  const tabs = fc.constantFrom(...channelTabs.map(({ tab }) => tab))
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), tabs, (name, tab) => {
      const route = { page: "channel", name, tab } as const
      expect(readRoute(hashOf(route))).toEqual(route)
    }),
  )
})

test.each([
  ["", { page: "overview" }],
  ["#/users", { page: "users" }],
  ["#/nothing", { page: "overview" }],
  ["#/channels", { page: "channels" }],
  ["#/channels/lobby/nothing", { page: "channel", name: "lobby", tab: "live" }],
  ["#/channels/%zz", { page: "channel", name: "%zz", tab: "live" }],
])("the address %j leads to %j", (hash, route) => {
  expect(readRoute(hash)).toEqual(route)
})
