import { useState } from "preact/hooks"
import { AdminError } from "../api/admin-error.js"
import type { NewEvent } from "../api/answers.js"
import { ActionForm } from "../controls/action-form.js"
import { Checkbox } from "../controls/checkbox.js"
import { Field } from "../controls/field.js"
import { formatNumber } from "../format.js"
import { useAdmin } from "../use-admin.js"
import { JsonEditor } from "./json-editor.js"
import { findJsonProblem, type JsonProblem } from "./json-problem.js"

/** A form that publishes an event in a channel. */
export function PublishPanel({ channel }: { readonly channel: string }) {
  const admin = useAdmin()
  const [json, setJson] = useState("")
  const fault = json.trim() === "" ? undefined : findJsonProblem(json)
  const submit = async (form: FormData) => {
    const event = eventOf(channel, form, json)
    const { position } = await admin.api.publish(event)
    admin.tell(
      event.durable === true
        ? "It is in the outbox, on its way."
        : `Published${position ? ` at ${formatNumber(position.offset)}` : ""}.`,
    )
  }
  return (
    <section class="card part padded" aria-label={`Publish in ${channel}`}>
      <ActionForm action="Publish" submit={submit}>
        {(problems) => (
          <>
            <Field label="Message" hint="A text, data, or both" problem={problems.message}>
              {(links) => <input {...links} name="message" autocomplete="off" />}
            </Field>
            <div class="field-row">
              <Field
                label="Event class"
                hint="What handlers are chosen by"
                problem={problems.eventClass}
              >
                {(links) => <input {...links} name="eventClass" autocomplete="off" />}
              </Field>
              <Field label="Bucket" hint="A label to filter by" problem={problems.bucket}>
                {(links) => <input {...links} name="bucket" autocomplete="off" />}
              </Field>
            </div>
            <Field
              label="Data"
              hint="Any JSON. Ctrl+Enter publishes."
              problem={fault ? wordsFor(fault) : problems.data}
            >
              {(links) => (
                <JsonEditor
                  links={links}
                  name="data"
                  value={json}
                  setValue={setJson}
                  problem={fault}
                />
              )}
            </Field>
            <div class="field-foot">
              <Checkbox
                name="durable"
                label="Through the outbox"
                hint="Kept until the engine has it"
                checked={false}
              />
              <button
                type="button"
                class="button quiet"
                disabled={json.trim() === "" || fault !== undefined}
                onClick={() => setJson(JSON.stringify(JSON.parse(json), undefined, 2))}
              >
                Format JSON
              </button>
            </div>
          </>
        )}
      </ActionForm>
    </section>
  )
}

function wordsFor({ line, column, reason }: JsonProblem): string {
  return `Line ${line}, column ${column}: ${reason}`
}

function eventOf(channel: string, form: FormData, json: string): NewEvent {
  const [message, eventClass, bucket] = ["message", "eventClass", "bucket"].map((name) =>
    String(form.get(name) ?? "").trim(),
  )
  const fault = json.trim() === "" ? undefined : findJsonProblem(json)
  if (fault !== undefined)
    throw new AdminError("invalid", "", { fields: { data: wordsFor(fault) } })
  if (!message && json.trim() === "") {
    throw new AdminError("invalid", "", { fields: { message: "Give a message, or data" } })
  }
  return {
    channel,
    ...(message && { message }),
    ...(eventClass && { eventClass }),
    ...(bucket && { bucket }),
    ...(json.trim() !== "" && { data: JSON.parse(json) }),
    ...(form.has("durable") && { durable: true }),
  }
}
