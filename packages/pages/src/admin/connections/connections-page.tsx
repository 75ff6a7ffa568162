import { useState } from "preact/hooks"
import { Empty } from "../../panels/empty.js"
import { useStore } from "../../store.js"
import { FilterInput } from "../controls/filter-input.js"
import { Loaded } from "../controls/loaded.js"
import { PageHead } from "../controls/page-head.js"
import { formatCount } from "../format.js"
import { useAdmin } from "../use-admin.js"
import { useResource } from "../use-resource.js"
import { ConnectionTable } from "./connection-table.js"

const PER_PAGE = 50

/** Who is connected. */
export function ConnectionsPage() {
  const view = useStore(useAdmin().view)
  const isHere = view.kind === "signedIn" && view.session.engine === "embedded"
  if (isHere) return <Connections />
  return (
    <>
      <PageHead title="Connections" />
      <div class="card part nothing">
        <Empty>
          The engine runs elsewhere, and doesn't list its connections. A channel's presence tells
          who follows it.
        </Empty>
      </div>
    </>
  )
}

function Connections() {
  const admin = useAdmin()
  const [user, setUser] = useState("")
  const [pages, setPages] = useState<readonly string[]>([])
  const cursor = pages.at(-1)
  const connections = useResource(
    () => admin.api.connections({ user: user.trim(), cursor, limit: PER_PAGE }),
    { key: `${user.trim()} ${cursor}`, every: 5000 },
  )
  const { value } = connections
  const next = value?.cursor ?? null
  return (
    <>
      <PageHead
        title="Connections"
        beside={value && <span class="hint">{formatCount(value.total, "connection")}</span>}
      >
        <FilterInput
          label="Of the user"
          value={user}
          setValue={(name) => {
            setUser(name)
            setPages([])
          }}
        />
      </PageHead>
      <section class="card part" aria-label="Connections">
        <Loaded resource={connections}>
          {({ connections: rows }) => (
            <ConnectionTable
              rows={rows}
              empty={
                user.trim() === "" ? "Nobody is connected." : `${user.trim()} is not connected.`
              }
              ended={(name) => {
                admin.tell(`A connection of ${name} has ended.`)
                void connections.reload()
              }}
            />
          )}
        </Loaded>
        {(pages.length > 0 || next !== null) && (
          <footer class="part-foot">
            <button
              type="button"
              class="button"
              disabled={pages.length === 0}
              onClick={() => setPages(pages.slice(0, -1))}
            >
              Back
            </button>
            <span class="hint">Page {pages.length + 1}</span>
            <button
              type="button"
              class="button"
              disabled={next === null}
              onClick={() => next !== null && setPages([...pages, next])}
            >
              Next
            </button>
          </footer>
        )}
      </section>
    </>
  )
}
