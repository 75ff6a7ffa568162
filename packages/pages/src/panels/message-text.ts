import type { Message } from "djangoinstant"

/** What a message says, whatever it carries: its text, else its data as JSON. */
export function messageText(message: Message): string {
  if (typeof message.msg === "string" && message.msg !== "") return message.msg
  return JSON.stringify(message.msg === "" ? message.data : message.msg)
}
