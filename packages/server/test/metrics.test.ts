import { describe, expect, test } from "vitest"
import { refusalOf } from "./browser.js"
import { RunningServer } from "./running-server.js"

describe("metrics", () => {
  test.each(["/metrics", "/instant/metrics"])(
    "are the engine's and the server's at %s",
    async (path) => {
      const engineConfig = { prometheus: { enabled: true } }
      await using server = await RunningServer.start({ engineConfig })
      const browser = await server.signedIn("user")
      await browser.login("user", "wrong")
      await server.instant.publish("public", "now")
      await server.instant.publish("public", "later", { schedule: new Date(Date.now() + 60_000) })
      const response = await browser.fetch(path, { method: "GET" })
      expect(response.status).toBe(200)
      expect(response.headers.get("Content-Type")).toMatch(/^text\/plain; version=0\.0\.4/)
      const text = await response.text()
      expect(text).toMatch(/^centrifugo_node_num_clients 0$/m)
      for (const line of [
        "# TYPE instant_server_sign_ins_total counter",
        "instant_server_sign_ins_total 1",
        'instant_server_refusals_total{code="wrong_credentials"} 1',
        'instant_server_outbox_entries{state="scheduled"} 1',
        'instant_server_outbox_entries{state="failed"} 0',
        'instant_server_publish_duration_seconds_bucket{le="+Inf"} 1',
        "instant_server_publish_duration_seconds_count 1",
      ]) {
        expect(text.split("\n")).toContain(line)
      }
      const names = text.match(/^# TYPE \S+/gm) ?? []
      expect(new Set(names).size).toBe(names.length)
    },
  )

  test("are nowhere unless the engine's configuration says so", async () => {
    await using server = await RunningServer.start()
    for (const path of ["/metrics", "/instant/metrics"]) {
      expect(await refusalOf(await server.browser().fetch(path, { method: "GET" }))).toBe(
        "404 not_found",
      )
    }
  })
})
