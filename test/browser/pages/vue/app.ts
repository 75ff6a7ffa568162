import type { Instant } from "djangoinstant"
import { provideInstant, useChannel, useMessages, usePresence, useStatus } from "djangoinstant/vue"
import { type Component, defineComponent, h, type PropType, ref } from "vue"

/** All that djangoinstant/vue does, on one page. */
export const App = defineComponent({
  props: { instant: { type: Object as PropType<Instant>, required: true } },
  setup({ instant }) {
    provideInstant(instant)
    const signIn = async (user: string) => {
      await instant.init("")
      await instant.login(user, "secret")
      await instant.connect(false)
    }
    return () => [
      h("h1", "djangoinstant with Vue"),
      h(ConnectionStatus),
      h("button", { onClick: () => signIn("user") }, "Sign in as user"),
      h("button", { onClick: () => signIn("member") }, "Sign in as member"),
      h("button", { onClick: () => instant.logout() }, "Sign out"),
      h("main", [
        h(Part, { name: "Members", body: Members }),
        h(Part, { name: "Live", body: LiveMessages }),
        h(Part, { name: "With history", body: MessagesWithHistory }),
        h(Part, { name: "Handler", body: Handled }),
        h(Part, { name: "Team", body: Team }),
      ]),
    ]
  },
})

const ConnectionStatus = defineComponent(() => {
  const status = useStatus()
  return () => h("p", ["Status: ", h("output", { "data-testid": "status" }, status.value)])
})

/** Something that can be taken off the page and put back. */
const Part = defineComponent({
  props: {
    name: { type: String, required: true },
    body: { type: Object as PropType<Component>, required: true },
  },
  setup(props) {
    const isShown = ref(true)
    const toggle = () => {
      isShown.value = !isShown.value
    }
    return () =>
      h("section", { "data-testid": props.name }, [
        h("h2", [
          h("label", [
            h("input", { type: "checkbox", checked: isShown.value, onChange: toggle }),
            ` ${props.name}`,
          ]),
        ]),
        isShown.value ? h(props.body) : undefined,
      ])
  },
})

const list = (texts: readonly string[]) =>
  h(
    "ul",
    texts.map((text) => h("li", text)),
  )

const Members = defineComponent(() => {
  const members = usePresence("lobby")
  return () => list(members.value.map(({ user }) => user).toSorted())
})

const LiveMessages = defineComponent(() => {
  const messages = useMessages("lobby")
  return () => list(messages.value.map(({ msg }) => msg))
})

const MessagesWithHistory = defineComponent(() => {
  const messages = useMessages("lobby", { history: 3 })
  return () => list(messages.value.map(({ msg }) => msg))
})

const Handled = defineComponent(() => {
  const name = ref("before")
  const heard = ref<readonly string[]>([])
  const state = useChannel("lobby", ({ msg }) => {
    heard.value = [...heard.value, `${name.value} ${msg}`]
  })
  const rename = () => {
    name.value = "after"
  }
  return () =>
    h("div", [
      h("p", [h("output", state.value)]),
      h("button", { onClick: rename }, "Another handler"),
      list(heard.value),
    ])
})

const Team = defineComponent(() => {
  const state = useChannel("team")
  return () => h("p", [h("output", state.value)])
})
