import { useStore } from "../../store.js"
import { useAdmin } from "../use-admin.js"

/** Says what was done. */
export function Notice() {
  const text = useStore(useAdmin().notice)
  return (
    <div class="notice" role="status" data-testid="notice">
      {text !== undefined && <p key={text}>{text}</p>}
    </div>
  )
}
