import { useInstant } from "djangoinstant"
import {
  InstantProvider,
  useChannel,
  useInstantClient,
  useMessages,
  usePresence,
  useStatus,
} from "djangoinstant/react"
import { createElement, type ReactElement } from "react"
import { renderToString } from "react-dom/server"
import { expect, test } from "vitest"

function Everything(): ReactElement {
  const messages = useMessages("lobby", { history: 10 })
  const members = usePresence("lobby")
  return createElement(
    "p",
    null,
    [
      useInstantClient().status,
      useStatus(),
      useChannel("lobby", () => {}),
      `${messages.length} ${members.length}`,
    ].join(", "),
  )
}

test("on a server each hook gives what is so before any connection, and begins nothing", () => {
  const requests: unknown[] = []
  const instant = useInstant({
    fetch: async (request) => {
      requests.push(request)
      return Response.error()
    },
  })
  const html = renderToString(
    createElement(InstantProvider, { instant }, createElement(Everything)),
  )
  expect(html).toBe("<p>idle, idle, pending, 0 0</p>")
  expect(requests).toEqual([])
})

test("outside of a provider a hook says what is missing", () => {
  expect(() => renderToString(createElement(Everything))).toThrow("put <InstantProvider")
})
