import fc from "fast-check"
import { expect, test } from "vitest"
import { withDeadline } from "../../../test/with-deadline.js"
import { type Client, connect, type Subscription } from "../src/index.js"
import { FakePeer } from "./fake-peer.js"
import { opened } from "./scene.js"

const PKS = [1, 2, 3]

/** What may happen; `turns` is how long the peer and the client get before the next. */
const step = fc.record({
  what: fc.constantFrom("change", "cut", "subscribe", "cancel", "refuse", "remove"),
  pk: fc.constantFrom(...PKS),
  turns: fc.nat({ max: 6 }),
})

/** One who listens to a row: the versions it was told, and -1 for a deletion. */
interface Listener {
  readonly pk: number
  readonly versions: number[]
  readonly subscription: Subscription<unknown>
  /** The version when it was subscribed. */
  first: number | undefined
  isCanceled: boolean
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Any rows, in the state in which they are at last; -1 where they are gone. */
function versionOf(peer: FakePeer, pk: number): number {
  return Number(peer.rows.get(pk)?.version ?? -1)
}

test("whatever is cut, every live listener ends with the state of its row, each change told once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const peer = new FakePeer(...PKS.map((pk) => ({ pk, version: 0 })))
      const client = connect("ws://peer", peer.options)
      await opened(client)
      const listeners: Listener[] = []
      const cancellations: Promise<boolean>[] = []
      let version = 0

      const subscribe = (pk: number) => {
        const versions: number[] = []
        const hear = (data: { version?: number }) => void versions.push(data.version ?? -1)
        const subscription = client.subscribe("things", pk, hear)
        const listener: Listener = {
          pk,
          versions,
          subscription,
          first: undefined,
          isCanceled: false,
        }
        subscription.then(
          () => {
            listener.first = versionOf(peer, pk)
          },
          () => {},
        )
        listeners.push(listener)
      }
      for (const pk of PKS) subscribe(pk)

      for (const { what, pk, turns: count } of steps) {
        if (what === "change" && peer.rows.has(pk)) peer.change(pk, { version: ++version })
        if (what === "remove" && peer.rows.has(pk)) peer.remove(pk)
        if (what === "cut") peer.cut()
        if (what === "refuse") peer.refuses = !peer.refuses
        if (what === "subscribe") subscribe(pk)
        if (what === "cancel") {
          const listener = listeners.find((one) => one.pk === pk && !one.isCanceled)
          if (listener) {
            listener.isCanceled = true
            cancellations.push(listener.subscription.cancel())
          }
        }
        await turns(count)
      }

      peer.refuses = false
      peer.cut()
      await withDeadline("the connection", settled(peer, client))
      await Promise.all(cancellations)
      for (const { pk, versions, first, isCanceled } of listeners) {
        const told = versions.filter((each) => each !== -1)
        expect(told).toEqual([...new Set(told)].sort((a, b) => a - b))
        expect(versions.filter((each) => each === -1).length).toBeLessThanOrEqual(1)
        // Who was refused has no first.
        if (isCanceled || first === undefined) continue
        expect(versions.at(-1) ?? first).toBe(versionOf(peer, pk))
      }
      await client.close()
    }),
    { numRuns: 100, endOnFailure: true },
  )
})

/** Waits until the client is connected again and nothing is on its way. */
async function settled(peer: FakePeer, client: Client): Promise<void> {
  await turns(2)
  await opened(client)
  let before: number
  do {
    before = peer.messages.length
    await client.list("things")
    await turns(10)
  } while (peer.messages.length > before + 1)
}
