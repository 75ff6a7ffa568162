import { expect, test } from "vitest"
import { withDeadline } from "../../../test/with-deadline.js"
import { Underway } from "../src/operation/underway.js"
import { Held } from "./held.js"

test("what an end has lost its patience with is not waited for again, but what has begun since", async () => {
  const underway = new Underway()
  const [stuck, later] = [new Held(), new Held()]
  const works = [underway.run(() => stuck.wait())]
  expect(await underway.ended(1)).toBe(1)
  expect(await withDeadline("the end", underway.ended(60_000))).toBe(0)
  works.push(underway.run(() => later.wait()))
  stuck.release()
  await works[0]
  expect(await underway.ended(1)).toBe(1)
  works.push(underway.run(() => later.wait()))
  const ended = underway.ended(60_000)
  later.release()
  expect(await withDeadline("the end", ended)).toBe(0)
  await Promise.all(works)
})
