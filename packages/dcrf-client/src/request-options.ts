/** How a request is made; all of it may be left out. */
export interface RequestOptions {
  /** What the server sends back with the answer. @default a new UUID */
  readonly requestId?: string
  /** Gives the request up: it rejects with the signal's reason. The server is not told. */
  readonly signal?: AbortSignal
  /** In milliseconds from the call on; Infinity for ever. @default that of the client */
  readonly timeout?: number
  /**
   * Whether the request may be sent again when the socket drops before the answer; else it is
   * rejected, as is one over which the server has crashed twice. @default that of the client
   */
  readonly retry?: boolean
  /** More top-level arguments of the action. */
  readonly args?: object
}

/** How a streaming request is made. */
export interface StreamingOptions<Data> {
  /** What the server sends back with each answer. @default a new UUID */
  readonly requestId?: string
  /** Ends it: the callback and the iterator get the signal's reason. */
  readonly signal?: AbortSignal
  /** For all its answers, in milliseconds from the call on. @default Infinity, whatever the client's is */
  readonly timeout?: number
  /** Whether these are the last data; they are still delivered. @default never: DCRF has no end mark */
  readonly until?: (data: Data) => boolean
  /**
   * The payload to ask with when the socket dropped; `last` are the data that came last, if any.
   * @default none: the request ends with an error
   */
  readonly resume?: (last: Data | undefined) => object
}
