import { createHooks, DcrfProvider, useStatus } from "dcrf-client/react"
import type { Store } from "dcrf-client/store"
import { createElement as h, type ReactNode, StrictMode, useState } from "react"

interface Thing {
  readonly pk: number
  readonly name: string
  readonly counter: number
}

const { useThing, useList } = createHooks<Thing>("things")

/** A page of live things: a list, one of them by itself, and how the connection is. */
export function App({ store }: { readonly store: Store }): ReactNode {
  return h(StrictMode, null, h(DcrfProvider, { store }, h(Connection), h(List), h(Choice)))
}

function Connection(): ReactNode {
  return h("p", { "data-testid": "connection" }, useStatus())
}

function List(): ReactNode {
  const { status, data, create, patch, delete: remove } = useList()
  const rows = data.map(({ pk, name, counter }) =>
    h(
      "li",
      { key: pk },
      `${name} ${counter}`,
      button("Count", () => patch(pk, { counter: counter + 1 }).catch(() => {})),
      button("Delete", () => remove(pk)),
    ),
  )
  return h(
    "section",
    null,
    h("ul", { "data-testid": "list", "data-status": status }, rows),
    button("Create", () => create({ name: "new", counter: 0 })),
  )
}

/** Shows one of two rows, or none. */
function Choice(): ReactNode {
  const [pk, choose] = useState<number | undefined>(1)
  const [isThere, setThere] = useState(true)
  return h(
    "section",
    null,
    button("First", () => choose(1)),
    button("Second", () => choose(2)),
    button("None", () => choose(undefined)),
    button("Toggle", () => setThere(!isThere)),
    isThere && h(Row, { pk }),
  )
}

function Row({ pk }: { readonly pk: number | undefined }): ReactNode {
  const { status, data, patch } = useThing(pk)
  const [problem, setProblem] = useState("")
  const rename = () => patch({ name: "renamed" }).catch((error) => setProblem(String(error)))
  return h(
    "article",
    { "data-testid": "row", "data-status": status },
    h("h2", null, data?.name ?? status),
    button("Rename", rename),
    h("p", { role: "alert" }, problem),
  )
}

function button(label: string, onClick: () => unknown): ReactNode {
  return h("button", { type: "button", onClick }, label)
}
