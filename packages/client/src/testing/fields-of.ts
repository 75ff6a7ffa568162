/** What is in an object; nothing in anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return { ...Object(value) }
}
