import { describe, expect, test } from "vitest"
import { EnvelopeError, readEnvelope, writeEnvelope } from "../src/index.js"

describe("the envelope", () => {
  test("has its keys in the order of the contract, and none that is empty", () => {
    const full = { channel: "c", site: "s", message: "m", data: {}, eventClass: "x", bucket: "b" }
    expect(Object.keys(writeEnvelope(full))).toEqual([
      "channel",
      "site",
      "message",
      "data",
      "event_class",
      "bucket",
      "id",
      "date",
    ])
    const keys = Object.keys(writeEnvelope({ channel: "c", site: "s", data: null, bucket: "" }))
    expect(keys).toEqual(["channel", "site", "data", "id", "date"])
  })

  test("needs a message or data", () => {
    expect(() => writeEnvelope({ channel: "c", site: "s" })).toThrow(
      "Provide either a message or data argument",
    )
  })

  test("has ids in the order of time", () => {
    const ids = Array.from(
      { length: 50 },
      () => writeEnvelope({ channel: "c", site: "s", data: 1 }).id,
    )
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(50)
  })

  test("is read as an object and as the text of one", () => {
    const envelope = writeEnvelope({ channel: "c", site: "s", message: "m" })
    expect(readEnvelope(envelope)).toEqual(envelope)
    expect(readEnvelope(JSON.stringify(envelope))).toEqual(envelope)
  })

  test("of an older publisher is read without id and date, and unknown keys are left out", () => {
    expect(readEnvelope('{"channel":"c","site":"s","message":null,"x":1}')).toEqual({
      channel: "c",
      site: "s",
      message: null,
    })
  })

  test.each([[1], [null], [[]], ["plain text"], ["5"], [{ channel: 5 }]])("is not %j", (data) => {
    expect(() => readEnvelope(data)).toThrow(EnvelopeError)
  })
})
