import { useEffect, useState } from "preact/hooks"
import { reasonOf } from "./api/admin-error.js"

/** Items that are asked for at a time. */
export const PART = 50

/** A list with the newest first, which grows backwards. */
export interface Older<T> {
  /** What there is by now, the newest first. */
  readonly all: readonly T[]
  /** Whether nothing is older. */
  readonly isWhole: boolean
  /** Why the last attempt to get more failed; undefined when it didn't. */
  readonly problem: string | undefined
  /** Asks for what comes before. Never rejects. */
  readonly more: () => Promise<void>
}

/**
 * Goes back from the newest items, {@link PART} at a time; others that are the newest begin anew.
 * @param load the items before the last one that there is; undefined when there is none
 */
export function useOlder<T>(
  newest: readonly T[],
  load: (last: T | undefined) => Promise<readonly T[]>,
): Older<T> {
  const [older, setOlder] = useState<readonly T[]>([])
  const [isWhole, setWhole] = useState(newest.length < PART)
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    setOlder([])
    setWhole(newest.length < PART)
  }, [newest])
  const all = [...newest, ...older]
  const more = async () => {
    try {
      const found = await load(all.at(-1))
      setOlder([...older, ...found])
      setWhole(found.length < PART)
      setProblem(undefined)
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  return { all, isWhole, problem, more }
}
