import { useState } from "preact/hooks"
import { Empty } from "../../panels/empty.js"
import { reasonOf } from "../api/admin-error.js"
import { type OutboxState, outboxStates } from "../api/answers.js"
import { Loaded } from "../controls/loaded.js"
import { PageHead } from "../controls/page-head.js"
import { formatNumber } from "../format.js"
import { useAdmin } from "../use-admin.js"
import { useResource } from "../use-resource.js"
import { OutboxTable } from "./outbox-table.js"

const PER_PAGE = 50

const emptyWords = {
  waiting: "Nothing is waiting: the engine has it all.",
  scheduled: "Nothing is to be published later.",
  failed: "Nothing has failed.",
} as const satisfies Record<OutboxState, string>

/** Events on their way to the engine, and those that didn't get there. */
export function OutboxPage() {
  const admin = useAdmin()
  const [state, setState] = useState<OutboxState>("waiting")
  const [after, setAfter] = useState<string>()
  const outbox = useResource(() => admin.api.outbox({ state, after, limit: PER_PAGE }), {
    key: `${state} ${after}`,
    every: 5000,
  })
  const counts = useLast(outbox.value?.counts)
  const act = async (what: Promise<void>, text: string) => {
    try {
      await what
      admin.tell(text)
    } catch (error) {
      admin.tell(reasonOf(error))
    }
    void outbox.reload()
  }
  return (
    <>
      <PageHead title="Outbox">
        <button
          type="button"
          class="button"
          disabled={counts === undefined || counts.failed === 0}
          onClick={() => void act(admin.api.retry(), "All failed events go again.")}
        >
          Retry all failed
        </button>
      </PageHead>
      <fieldset class="tabs" aria-label="State">
        {outboxStates.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === state}
            onClick={() => {
              setState(each)
              setAfter(undefined)
            }}
          >
            {each}{" "}
            <span class="count" data-bad={each === "failed" && (counts?.failed ?? 0) > 0}>
              {counts === undefined ? "–" : formatNumber(counts[each])}
            </span>
          </button>
        ))}
      </fieldset>
      <section class="card part" aria-label={`Events that are ${state}`}>
        <Loaded resource={outbox}>
          {({ entries, next }) => (
            <>
              <OutboxTable
                state={state}
                entries={entries}
                empty={
                  <div class="nothing">
                    <Empty>{emptyWords[state]}</Empty>
                  </div>
                }
                retry={({ id }) => void act(admin.api.retry(id), "It goes again.")}
                discarded={() => {
                  admin.tell("It is discarded.")
                  void outbox.reload()
                }}
              />
              {(after !== undefined || next !== null) && (
                <footer class="part-foot">
                  <button
                    type="button"
                    class="button"
                    disabled={after === undefined}
                    onClick={() => setAfter(undefined)}
                  >
                    First
                  </button>
                  <button
                    type="button"
                    class="button"
                    disabled={next === null}
                    onClick={() => next !== null && setAfter(next)}
                  >
                    Next
                  </button>
                </footer>
              )}
            </>
          )}
        </Loaded>
      </section>
    </>
  )
}

/** The last that was there, while the next is on its way. */
function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value)
  if (value !== undefined && value !== last) setLast(value)
  return value ?? last
}
