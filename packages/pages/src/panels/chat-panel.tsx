import type { TargetedSubmitEvent } from "preact"
import { useState } from "preact/hooks"
import { Avatar } from "../avatar.js"
import { bareName, type Channel } from "../channel.js"
import { say } from "../demo-api.js"
import type { Entry } from "../feed.js"
import { useStore } from "../store.js"
import { dataField } from "./data-field.js"
import { Empty } from "./empty.js"
import { messageText } from "./message-text.js"
import { Panel } from "./panel.js"
import { Scroller } from "./scroller.js"
import { Time } from "./time.js"
import { useNewestInSight } from "./use-newest-in-sight.js"

const TEXT_LIMIT = 500

/** A channel in which those who see it talk. */
export function ChatPanel({ channel, user }: { readonly channel: Channel; readonly user: string }) {
  const { entries } = useStore(channel.feed.state)
  const name = bareName(channel.name)
  const list = useNewestInSight(entries)
  return (
    <Panel channel={channel} kind="chat">
      <Scroller spoken label={`Messages in ${name}`} scrollRef={list}>
        {entries.length === 0 ? (
          <Empty>Nobody has said anything since you came.</Empty>
        ) : (
          <ol class="chat">
            {entries.map((entry) => (
              <ChatMessage key={entry.key} entry={entry} user={user} />
            ))}
          </ol>
        )}
      </Scroller>
      <ChatForm channel={channel.name} />
    </Panel>
  )
}

function ChatMessage({ entry, user }: { readonly entry: Entry; readonly user: string }) {
  const { message } = entry
  const sender = dataField(message.data, "from")
  // What another publisher sends, such as the command line, has no sender.
  const from = typeof sender === "string" ? sender : message.site
  return (
    <li class={from === user ? "chat-message own" : "chat-message"}>
      <Avatar name={from} />
      <p class="chat-from">
        {from} <Time date={message.date} />
      </p>
      <p class="chat-text">{messageText(message)}</p>
    </li>
  )
}

function ChatForm({ channel }: { readonly channel: string }) {
  const [problem, setProblem] = useState<string>()
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const text = String(new FormData(form).get("text")).trim()
    if (text === "") return
    try {
      await say(channel, text)
      setProblem(undefined)
      form.reset()
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form class="chat-form" onSubmit={(event) => void submit(event)}>
      <input
        name="text"
        aria-label={`Message to ${bareName(channel)}`}
        placeholder="Say something"
        autocomplete="off"
        maxLength={TEXT_LIMIT}
        required
      />
      <button type="submit" class="button primary">
        Send
      </button>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  )
}
