import { useCallback, useEffect, useRef, useState } from "preact/hooks"
import { reasonOf } from "./api/admin-error.js"

/** Something that the server is asked for. */
export interface Resource<T> {
  /** The last answer; undefined before the first. */
  readonly value: T | undefined
  /** Why the last attempt failed; undefined when it didn't. */
  readonly problem: string | undefined
  /** Asks again, and keeps what there is meanwhile. Never rejects. */
  readonly reload: () => Promise<void>
}

interface ResourceOptions {
  /** What the answer depends on: another one forgets what there is. @default "" */
  readonly key?: string
  /** Ask again so many milliseconds after each answer. @default never */
  readonly every?: number
}

interface State<T> {
  readonly value?: T
  readonly problem?: string
}

/** Asks the server when the component appears, and again when it is told to. */
export function useResource<T>(
  load: () => Promise<T>,
  { key = "", every }: ResourceOptions = {},
): Resource<T> {
  const [state, setState] = useState<State<T>>({})
  const asked = useRef(0)
  const current = useRef(load)
  current.current = load
  const reload = useCallback(async () => {
    asked.current += 1
    const turn = asked.current
    try {
      const value = await current.current()
      if (turn === asked.current) setState({ value })
    } catch (error) {
      if (turn === asked.current) setState((last) => ({ ...last, problem: reasonOf(error) }))
    }
  }, [])
  useEffect(() => {
    setState({})
    let timer: ReturnType<typeof setTimeout> | undefined
    let ended = false
    const ask = async () => {
      if (!document.hidden || asked.current === 0) await reload()
      if (every !== undefined && !ended) timer = setTimeout(() => void ask(), every)
    }
    void ask()
    return () => {
      ended = true
      asked.current += 1
      clearTimeout(timer)
    }
  }, [key, every])
  return { value: state.value, problem: state.problem, reload }
}
