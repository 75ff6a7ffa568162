import { Avatar } from "../avatar.js"
import type { Person } from "../demo-api.js"
import type { Session } from "../session.js"

interface PeopleProps {
  readonly session: Session
  readonly busy: boolean
  readonly signIn: (username: string, password: string) => Promise<void>
}

/** The ready-made people: one click each. */
export function People({ session, busy, signIn }: PeopleProps) {
  return (
    <ul class="people">
      {session.people.map((person) => (
        <li key={person.name}>
          <button
            type="button"
            class="person"
            aria-label={`Sign in as ${person.name}, who sees ${person.sees.join(", ")}`}
            data-testid={`person-${person.name}`}
            disabled={busy}
            onClick={() => void signIn(person.name, person.password)}
          >
            <Avatar name={person.name} />
            <span class="person-name">{person.name}</span>
            <Sight person={person} channels={session.demoChannels} />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Which of the demo's channels a person sees: those in full, the others faint. */
function Sight(props: { readonly person: Person; readonly channels: readonly string[] }) {
  return (
    <span class="sight">
      {props.channels.map((channel) => (
        <span key={channel} class={props.person.sees.includes(channel) ? "chip" : "chip absent"}>
          {channel}
        </span>
      ))}
    </span>
  )
}
