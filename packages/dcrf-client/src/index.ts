/** A client of one socket. */
export interface Client {
  /** Closes the socket. */
  close(): Promise<void>
}
