import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { RunningEngine } from "./running-engine.js"

const options = { history_size: 10, history_ttl: "60s", force_recovery: true } as const

describe("history on disk", () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "instant-disk-"))
  })
  afterEach(() => rm(folder, { recursive: true }))

  function start(): Promise<RunningEngine> {
    const path = join(folder, "history.sqlite")
    return RunningEngine.start({
      broker: { enabled: true, type: "disk", disk: { path } },
      channel: { without_namespace: { ...options, allow_subscribe_for_client: true } },
    })
  }

  test("is there after a restart, in the same epoch", async () => {
    let epoch: string | undefined
    {
      await using running = await start()
      epoch = (await running.engine.publish("news", { n: 1 }))?.epoch
      await running.engine.publish("news", { n: 2 }, { tags: { kind: "late" } })
    }
    await using running = await start()
    expect(await running.engine.publish("news", { n: 3 })).toEqual({ offset: 3, epoch })
    const { publications } = await running.engine.history("news")
    expect(publications.map(({ offset, data }) => [offset, data])).toEqual([
      [1, '{"n":1}'],
      [2, '{"n":2}'],
      [3, '{"n":3}'],
    ])
    expect(publications[1]?.tags).toEqual(new Map([["kind", "late"]]))
  })

  test("begins anew when the file was damaged", async () => {
    let epoch: string | undefined
    {
      await using running = await start()
      epoch = (await running.engine.publish("news", 1))?.epoch
    }
    await writeFile(join(folder, "history.sqlite"), "no database at all")
    await using running = await start()
    const result = await running.engine.publish("news", 1)
    expect(result?.offset).toBe(1)
    expect(result?.epoch).not.toBe(epoch)
  })
})
