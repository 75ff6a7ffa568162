/** A count, to three digits, with its thousands set apart. */
export function asCount(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en")
}

/** A share of one, as a percentage. */
export function asPercent(value: number): string {
  return `${Math.round(value * 100)} %`
}

/** Microseconds, as milliseconds from 10,000 on. */
export function asMicros(value: number): string {
  if (value >= 10_000) return asMillis(value / 1000)
  return `${value.toFixed(value < 1 ? 2 : 1)} µs`
}

/** Milliseconds. */
export function asMillis(value: number): string {
  return `${value.toFixed(1)} ms`
}

/** Bytes. */
export function asKilobytes(value: number): string {
  return `${(value / 1024).toFixed(1)} KB`
}
