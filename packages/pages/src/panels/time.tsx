const format = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" })

/** When something happened: hours, minutes and seconds of the visitor's own day. */
export function Time({ date }: { readonly date: Date }) {
  return (
    <time class="time" dateTime={date.toISOString()}>
      {format.format(date)}
    </time>
  )
}
