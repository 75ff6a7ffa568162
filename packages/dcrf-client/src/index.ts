/** The client that {@link connect} gives. */
export interface Client {
  /** Closes the socket. */
  close(): Promise<void>
}
