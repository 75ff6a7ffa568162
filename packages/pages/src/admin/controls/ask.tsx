import type { ComponentChildren } from "preact"
import { useState } from "preact/hooks"
import { ActionForm } from "./action-form.js"
import { Dialog } from "./dialog.js"

interface AskProps {
  /** What the button says, and the dialog again. */
  readonly action: string
  /** What the button means to those who don't see where it is. */
  readonly label: string
  readonly question: string
  /** What it means. */
  readonly children: ComponentChildren
  readonly confirm: () => Promise<void>
}

/** A button for what can't be undone: it asks once. */
export function Ask({ action, label, question, children, confirm }: AskProps) {
  const [asking, setAsking] = useState(false)
  const close = () => setAsking(false)
  return (
    <>
      <button
        type="button"
        class="button quiet danger"
        aria-label={label}
        onClick={() => setAsking(true)}
      >
        {action}
      </button>
      {asking && (
        <Dialog title={question} close={close}>
          <ActionForm
            action={action}
            isDestructive
            cancel={close}
            submit={async () => {
              await confirm()
              close()
            }}
          >
            {() => <p class="hint">{children}</p>}
          </ActionForm>
        </Dialog>
      )}
    </>
  )
}
