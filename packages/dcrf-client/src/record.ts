/** An object whose members are not known yet. */
export type Fields = Readonly<Record<string, unknown>>

/** Whether it is an object, or an array. */
export const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null
