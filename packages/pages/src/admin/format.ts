const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 1 })
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 })

/** A number for people: `12,345.6`. */
export function formatNumber(value: number): string {
  return numbers.format(value)
}

/** A number where there is little room: `12.3K`. */
export function formatShort(value: number): string {
  return compact.format(value)
}

/** Bytes in MB. */
export function formatMemory(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(bytes < 104_857_600 ? 1 : 0)} MB`
}

/** Milliseconds, with as many digits as say something. */
export function formatMilliseconds(value: number): string {
  return `${value.toFixed(value < 1 ? 2 : value < 10 ? 1 : 0)} ms`
}

const units = [
  { letter: "d", seconds: 86_400 },
  { letter: "h", seconds: 3600 },
  { letter: "min", seconds: 60 },
] as const

/** A span for people, in its two largest units: `2 d 3 h`, `4 min`. */
export function formatSpan(seconds: number): string {
  const parts: string[] = []
  let rest = Math.max(0, Math.floor(seconds))
  for (const unit of units) {
    const count = Math.floor(rest / unit.seconds)
    rest -= count * unit.seconds
    if (count > 0) parts.push(`${count} ${unit.letter}`)
  }
  if (parts.length === 0) return `${rest} s`
  return parts.slice(0, 2).join(" ")
}

/** How many of something there are: `1 user`, `2 users`. */
export function formatCount(count: number, noun: string): string {
  return `${formatNumber(count)} ${count === 1 ? noun : `${noun}s`}`
}
