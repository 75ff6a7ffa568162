const day = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
})

/** When something happened, with its day. `at` is in ms since 1970. */
export function Moment({ at }: { readonly at: number }) {
  const date = new Date(at)
  return (
    <time class="time" dateTime={date.toISOString()} title={date.toLocaleString()}>
      {day.format(date)}
    </time>
  )
}
