import { useRef } from "preact/hooks"
import type { FieldLinks } from "../controls/field.js"
import type { JsonProblem } from "./json-problem.js"

interface JsonEditorProps {
  readonly links: FieldLinks
  readonly name: string
  readonly value: string
  readonly setValue: (value: string) => void
  /** What is wrong, where. */
  readonly problem: JsonProblem | undefined
}

/** A place to write JSON, with the numbers of its lines; the line with the fault is marked. */
export function JsonEditor({ links, name, value, setValue, problem }: JsonEditorProps) {
  const numbers = useRef<HTMLOListElement>(null)
  const lines = value.split("\n")
  return (
    <div class="json-editor" data-wrong={problem !== undefined}>
      <ol ref={numbers} aria-hidden="true">
        {lines.map((_, line) => (
          <li key={line} class={problem?.line === line + 1 ? "wrong" : undefined}>
            {line + 1}
          </li>
        ))}
      </ol>
      <textarea
        {...links}
        name={name}
        value={value}
        rows={Math.min(16, Math.max(6, lines.length))}
        wrap="off"
        spellcheck={false}
        autocapitalize="none"
        autocomplete="off"
        placeholder={'{ "order": 7 }'}
        onInput={(event) => setValue(event.currentTarget.value)}
        onScroll={(event) => {
          if (numbers.current !== null) numbers.current.scrollTop = event.currentTarget.scrollTop
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.currentTarget.form?.requestSubmit()
          }
        }}
      />
    </div>
  )
}
