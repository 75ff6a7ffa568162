/** One field of what a message carries, which is any JSON; undefined when it isn't there. */
export function dataField(data: unknown, field: string): unknown {
  if (typeof data !== "object" || data === null) return undefined
  return Reflect.get(data, field)
}
