/** What names a row. */
export type FakePk = number | string

/** A row as the server's serializer writes it. */
export type FakeRow = Readonly<Record<string, unknown>>

/** A request as it came. */
export interface FakeRequest {
  /** The name of the stream, also where it has a socket of its own. */
  readonly stream: string
  /** Null when the message names none. */
  readonly action: string | null
  /** Any JSON value; null when the message has none. */
  readonly requestId: unknown
  /** The whole message: `action` and `request_id` with whatever else it brings. */
  readonly payload: FakeRow
  /** The address of the socket that it came by. */
  readonly url: URL
}

/** An answer to a request. */
export interface FakeReply {
  /** Such as 200 or 404. */
  readonly status: number
  /** @default null */
  readonly data?: unknown
  /** @default an empty list */
  readonly errors?: readonly unknown[]
}

/**
 * What an action says to a request: one answer; several, one after the other, as a generator yields
 * them; or `undefined`, for none at all.
 */
export type FakeAnswer =
  | FakeReply
  | undefined
  | Iterable<FakeReply>
  | AsyncIterable<FakeReply>
  | Promise<FakeReply | undefined>

/**
 * Answers a request. One that throws, or whose promise is rejected, is an unhandled exception: the
 * socket closes with 1011.
 * @param usual what the server would have done without this action
 */
export type FakeAction = (request: FakeRequest, usual: () => FakeAnswer) => FakeAnswer

/** A change of a row, as an observer tells it to the subscriptions of a group. */
export interface FakeEvent {
  /** A row that joins a group is created there, and deleted where it leaves. */
  readonly action: "create" | "update" | "delete"
  /** The row as it is now, or was last. */
  readonly data: FakeRow
  /** Of the subscription; null when it has none. */
  readonly requestId: unknown
}

/** A model observer: the actions that subscribe to it and unsubscribe from it, and its groups. */
export interface FakeObserver {
  /** @default "subscribe_to_all" */
  readonly subscribe?: string
  /** @default "unsubscribe_from_all" */
  readonly unsubscribe?: string
  /** The groups that a row belongs to. @default one group for all rows */
  groupsOf?(row: FakeRow): readonly string[]
  /** The groups that a subscription asks for. @default the group of all rows */
  wanted?(request: FakeRequest): readonly string[]
  /** The frame of an event, when it isn't the usual one. */
  frame?(event: FakeEvent): FakeRow
}

/** How `list` answers in pages, by the top-level `limit` and `offset` of a request. */
export interface FakePaging {
  /** How many rows make a page unless `limit` says. */
  readonly defaultLimit: number
  /** The longest page. @default any */
  readonly maxLimit?: number
  /** Whether all pages from `offset` on are sent, each in a frame of its own. @default false */
  readonly streamed?: boolean
}

/** A stream of the fake server: a table of rows, and what its consumer does with them. */
export interface FakeStream {
  /** The rows to begin with; those without a key get one. @default none */
  readonly rows?: readonly object[]
  /** What the serializer calls the key. @default "pk" */
  readonly pkField?: string
  /** Makes the key of a new row. @default counts on from the highest key; a UUID beside keys of text */
  newPk?(): FakePk
  /** The fields without which `create` and `update` are refused with 400. @default none */
  readonly required?: readonly string[]
  /** What a new row has in the fields that nobody filled in. @default nothing */
  readonly defaults?: object
  /**
   * Finds fault with what `create`, `update` and `patch` bring: messages by field, answered with 400.
   * `rows` are those that are there, but for the one that is changed.
   */
  validate?(
    data: FakeRow,
    rows: readonly FakeRow[],
  ): Readonly<Record<string, readonly string[]>> | undefined
  /** Which rows `list` answers with, by what else the request says. @default all */
  filter?(row: FakeRow, request: FakeRequest): boolean
  /** Who may do what; what it doesn't permit is answered with 403. It is asked of events too, as DCRF does. @default all */
  permits?(request: FakeRequest): boolean
  /** @default all rows at once */
  readonly paging?: FakePaging
  /** @default one observer of all rows: subscribe_to_all, unsubscribe_from_all */
  readonly observers?: readonly FakeObserver[]
  /** Actions by name, beside the usual ones or in their place. */
  readonly actions?: Readonly<Record<string, FakeAction>>
}
