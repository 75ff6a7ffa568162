import { useState } from "preact/hooks"

const COPIED_MILLISECONDS = 2000

/** A command for the terminal, with a button that copies it. */
export function CommandLine({ command }: { readonly command: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(command)
    setCopied(true)
    setTimeout(() => setCopied(false), COPIED_MILLISECONDS)
  }
  return (
    <span class="command-line">
      <code>{command}</code>
      {/* Browsers have a clipboard for pages on https and on this machine only. */}
      {window.isSecureContext && (
        <button type="button" class="button quiet" onClick={() => void copy()}>
          {copied ? "Copied" : "Copy"}
        </button>
      )}
    </span>
  )
}
