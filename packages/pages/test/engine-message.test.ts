import fc from "fast-check"
import { expect, test } from "vitest"
import { readMessage } from "../src/admin/channel/engine-message.js"

const kinds = ["publication", "unsubscribe", "reply", "refusal", "disconnect", "ping", "other"]
const names = ["id", "error", "push", "subscribe", "connect", "channel", "pub", "publications"]
const moreNames = ["unsubscribe", "disconnect", "code", "reason", "offset", "epoch", "expires"]

test("whatever JSON the engine says is read as something", () => {
  const key = fc.constantFrom(...names, ...moreNames)
  const values = [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)]
  const messages = fc.object({ key, values, maxDepth: 4 })
  fc.assert(
    fc.property(messages, (message) => {
      expect(kinds).toContain(readMessage(JSON.stringify(message)).kind)
    }),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(fc.json(), (json) => {
      expect(kinds).toContain(readMessage(json).kind)
    }),
  )
})
