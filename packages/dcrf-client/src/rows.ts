/** What identifies a row: a number, a UUID, any text. */
export type Pk = string | number

/** What a server sends where no stream types were declared. */
// biome-ignore lint/suspicious/noExplicitAny: as the original types it, so that its users' code still compiles.
export type Untyped = any

/** The streams of a client that declares none: any name, any row. */
export type UntypedStreams = Record<string, Untyped>

/** The names of the declared streams. */
export type StreamName<Streams> = keyof Streams & string

/** A page, as DCRF's limit and offset pagination sends it. */
export interface Page<Row> {
  /** How many rows there are on all pages. */
  readonly count: number
  readonly results: readonly Row[]
  readonly limit: number
  readonly offset: number
}

/** What `list` answers: a page where a limit or an offset was given, else all rows. */
export type ListAnswer<Row, Data> = 0 extends 1 & Row
  ? Untyped
  : Data extends { readonly limit: unknown } | { readonly offset: unknown }
    ? Page<Row>
    : Row[]
