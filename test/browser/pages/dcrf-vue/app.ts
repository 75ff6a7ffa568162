import type { Store } from "dcrf-client/store"
import { createComposables, createDcrf, useStatus } from "dcrf-client/vue"
import { type App, createSSRApp, defineComponent, h, ref, type VNode } from "vue"

interface Thing {
  readonly pk: number
  readonly name: string
  readonly counter: number
}

const { useThing, useList } = createComposables<Thing>("things")

const Connection = defineComponent(() => {
  const status = useStatus()
  return () => h("p", { "data-testid": "connection" }, status.value)
})

const List = defineComponent(() => {
  const { status, data, create, patch, delete: remove } = useList()
  const item = ({ pk, name, counter }: Thing) =>
    h("li", { key: pk }, [
      `${name} ${counter}`,
      button("Count", () => patch(pk, { counter: counter + 1 })),
      button("Delete", () => remove(pk)),
    ])
  return () =>
    h("section", [
      h("ul", { "data-testid": "list", "data-status": status.value }, data.value.map(item)),
      button("Create", () => create({ name: "new", counter: 0 })),
    ])
})

const Row = defineComponent(
  ({ pk }: { readonly pk: () => number | undefined }) => {
    const { status, data, patch } = useThing(pk)
    const problem = ref("")
    const rename = () =>
      patch({ name: "renamed" }).catch((error) => {
        problem.value = String(error)
      })
    return () =>
      h("article", { "data-testid": "row", "data-status": status.value }, [
        h("h2", data.value?.name ?? status.value),
        button("Rename", rename),
        h("p", { role: "alert" }, problem.value),
      ])
  },
  { props: ["pk"] },
)

/** Shows one of two rows, or none. */
const Choice = defineComponent(() => {
  const pk = ref<number | undefined>(1)
  const isThere = ref(true)
  const choose = (chosen: number | undefined) => () => {
    pk.value = chosen
  }
  const toggle = () => {
    isThere.value = !isThere.value
  }
  return () =>
    h("section", [
      button("First", choose(1)),
      button("Second", choose(2)),
      button("None", choose(undefined)),
      button("Toggle", toggle),
      isThere.value ? h(Row, { pk: () => pk.value }) : null,
    ])
})

/** A page of live things: a list, one of them by itself, and how the connection is. */
export function thingsApp(store: Store): App {
  return createSSRApp(() => [h(Connection), h(List), h(Choice)]).use(createDcrf(store))
}

function button(label: string, onClick: () => unknown): VNode {
  return h("button", { type: "button", onClick }, label)
}
