const PATH = "/connection/websocket"

/**
 * The address of the websocket below a base such as `wss://example.com`. An `http` address counts as
 * its `ws` one, and the path is added unless it is there.
 */
export function websocketEndpoint(base: string): string {
  return base.replace(/^http/, "ws").replace(/\/*(\/connection\/websocket\/*)?$/, PATH)
}
