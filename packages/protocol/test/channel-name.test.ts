import { describe, expect, test } from "vitest"
import { defaultSyntax, parseChannelName } from "../src/index.js"

describe("a channel name", () => {
  test.each([
    ["news", { namespace: "", rest: "news", isPrivate: false, users: undefined }],
    ["ns:news", { namespace: "ns", rest: "news", isPrivate: false, users: undefined }],
    ["ns:a:b", { namespace: "ns", rest: "a:b" }],
    [":x", { namespace: "", rest: "x" }],
    ["$team", { namespace: "", rest: "team", isPrivate: true }],
    ["$ns:team", { namespace: "ns", rest: "team", isPrivate: true }],
    ["ns:$x", { namespace: "ns", isPrivate: false }],
    ["dm#1,2", { users: ["1", "2"] }],
    ["dm#", { users: [""] }],
  ])("%s has its parts", (name, parts) => {
    expect(parseChannelName(name)).toMatchObject({ name, ...parts })
  })

  test("follows the signs that are configured", () => {
    const syntax = { ...defaultSyntax, namespaceBoundary: "/", privatePrefix: "@" }
    expect(parseChannelName("@ns/x", syntax)).toMatchObject({ namespace: "ns", isPrivate: true })
    expect(parseChannelName("$x", syntax)).toMatchObject({ isPrivate: false })
  })
})
