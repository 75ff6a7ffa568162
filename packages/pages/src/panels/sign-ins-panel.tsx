import { Avatar } from "../avatar.js"
import type { Channel } from "../channel.js"
import type { Entry } from "../feed.js"
import { useStore } from "../store.js"
import { dataField } from "./data-field.js"
import { Empty } from "./empty.js"
import { messageText } from "./message-text.js"
import { Panel } from "./panel.js"
import { Scroller } from "./scroller.js"
import { Time } from "./time.js"

/** Who signs in. */
export function SignInsPanel({ channel }: { readonly channel: Channel }) {
  const { entries } = useStore(channel.feed.state)
  return (
    <Panel channel={channel} kind="sign-ins">
      <Scroller spoken label="Sign-ins">
        {entries.length === 0 ? (
          <Empty>Sign in as somebody else in a private window, and it shows here.</Empty>
        ) : (
          <ol class="sign-ins">
            {entries.toReversed().map((entry) => (
              <SignIn key={entry.key} entry={entry} />
            ))}
          </ol>
        )}
      </Scroller>
    </Panel>
  )
}

function SignIn({ entry: { message } }: { readonly entry: Entry }) {
  const user = dataField(message.data, "user")
  return (
    <li class="row sign-in-row">
      {typeof user === "string" && <Avatar name={user} />}
      <span class="row-text">{messageText(message)}</span>
      <Time date={message.date} />
    </li>
  )
}
