import { cutSockets, cutUntil } from "../cuttable-socket.js"
import { describeRecovery } from "../recovery.js"
import type { Session } from "../session.js"
import { useStore } from "../store.js"
import { useNow } from "../use-now.js"
import { CommandLine } from "./command-line.js"

const CUT_MILLISECONDS = 5000

/** What one can do here: publish from a terminal, and cut the connection to see it recover. */
export function Toolbar({ session }: { readonly session: Session }) {
  return (
    <div class="card toolbar">
      <div class="toolbar-part">
        <p class="toolbar-label">Publish from a terminal</p>
        <CommandLine command={'npx instant publish lobby "Hello"'} />
      </div>
      <div class="toolbar-part">
        <Interruption session={session} />
        <CutButton session={session} />
      </div>
    </div>
  )
}

/** What an interruption cost, told when it is over. */
function Interruption({ session }: { readonly session: Session }) {
  const until = useStore(cutUntil)
  const recovered = useStore(session.recovered)
  return (
    <p class="interruption" role="status" data-testid="recovery">
      {until !== undefined && "Write in a channel meanwhile: nothing gets lost."}
      {until === undefined && recovered !== undefined && (
        <span class="recovered">{describeRecovery(recovered)}</span>
      )}
      {until === undefined && recovered === undefined && "See it recover:"}
    </p>
  )
}

function CutButton({ session }: { readonly session: Session }) {
  const until = useStore(cutUntil)
  const state = useStore(session.state)
  if (state === "failed") {
    return (
      <button type="button" class="button cut" onClick={() => session.connect()}>
        Connect again
      </button>
    )
  }
  return (
    <button
      type="button"
      class="button cut"
      disabled={until !== undefined || state !== "connected"}
      onClick={() => cutSockets(CUT_MILLISECONDS)}
    >
      {until === undefined ? "Cut the connection" : <Countdown until={until} />}
    </button>
  )
}

function Countdown({ until }: { readonly until: number }) {
  const seconds = Math.max(1, Math.ceil((until - useNow(250)) / 1000))
  return <>Back in {seconds} s</>
}
