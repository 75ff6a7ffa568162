import type { Instant } from "djangoinstant"
import {
  InstantProvider,
  useChannel,
  useMessages,
  usePresence,
  useStatus,
} from "djangoinstant/react"
import { createElement as h, type ReactElement, useState } from "react"

/** All that djangoinstant/react does, on one page. */
export function App({ instant }: { readonly instant: Instant }): ReactElement {
  const signIn = async (user: string) => {
    await instant.init("")
    await instant.login(user, "secret")
    await instant.connect(false)
  }
  return h(
    InstantProvider,
    { instant },
    h("h1", null, "djangoinstant with React"),
    h(ConnectionStatus),
    button("Sign in as user", () => signIn("user")),
    button("Sign in as member", () => signIn("member")),
    button("Sign out", instant.logout),
    h(
      "main",
      null,
      h(Part, { name: "Members", body: Members }),
      h(Part, { name: "Live", body: LiveMessages }),
      h(Part, { name: "With history", body: MessagesWithHistory }),
      h(Part, { name: "Handler", body: Handled }),
      h(Part, { name: "Team", body: Team }),
    ),
  )
}

function button(text: string, onClick: () => unknown): ReactElement {
  return h("button", { type: "button", onClick: () => void onClick() }, text)
}

function ConnectionStatus(): ReactElement {
  return h("p", null, "Status: ", h("output", { "data-testid": "status" }, useStatus()))
}

interface PartProps {
  readonly name: string
  readonly body: () => ReactElement
}

/** Something that can be taken off the page and put back. */
function Part({ name, body }: PartProps): ReactElement {
  const [isShown, setShown] = useState(true)
  const toggle = () => setShown(!isShown)
  const box = h("input", { type: "checkbox", checked: isShown, onChange: toggle })
  return h(
    "section",
    { "data-testid": name },
    h("h2", null, h("label", null, box, ` ${name}`)),
    isShown && h(body),
  )
}

function List({ texts }: { readonly texts: readonly string[] }): ReactElement {
  return h(
    "ul",
    null,
    texts.map((text, index) => h("li", { key: `${index} ${text}` }, text)),
  )
}

function Members(): ReactElement {
  return h(List, {
    texts: usePresence("lobby")
      .map(({ user }) => user)
      .toSorted(),
  })
}

function LiveMessages(): ReactElement {
  return h(List, { texts: useMessages("lobby").map(({ msg }) => msg) })
}

function MessagesWithHistory(): ReactElement {
  const messages = useMessages("lobby", { history: 3 })
  return h(List, { texts: messages.map(({ msg }) => msg) })
}

function Handled(): ReactElement {
  const [name, setName] = useState("before")
  const [heard, setHeard] = useState<readonly string[]>([])
  const state = useChannel("lobby", ({ msg }) => setHeard((all) => [...all, `${name} ${msg}`]))
  return h(
    "div",
    null,
    h("p", null, h("output", null, state)),
    button("Another handler", () => setName("after")),
    h(List, { texts: heard }),
  )
}

function Team(): ReactElement {
  return h("p", null, h("output", null, useChannel("team")))
}
