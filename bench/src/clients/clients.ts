/** A client that takes part. */
export interface Client {
  readonly name: string
  /** Runs it; from `dist/`. */
  readonly script: string
  readonly args?: readonly string[]
  readonly speaks: "centrifuge" | "dcrf"
}

const centrifuge = { speaks: "centrifuge", script: "clients/djangoinstant-client.js" } as const

/** Ours, with a handler for each channel. */
export const djangoinstant: Client = { ...centrifuge, name: "djangoinstant" }

/** The same with one handler for all channels. */
const djangoinstantWithOne: Client = {
  ...centrifuge,
  name: "djangoinstant (onMessage)",
  args: ["one"],
}

/** What djangoinstant rests on, alone. */
const stock: Client = {
  ...centrifuge,
  name: "centrifuge",
  script: "clients/centrifuge-client.js",
}

/** Ours, with a callback for each row. */
export const dcrfClient: Client = {
  name: "dcrf-client",
  speaks: "dcrf",
  script: "clients/dcrf-client.js",
}

/** Whom ours are compared with. */
export const clientPeers: readonly Client[] = [stock]

/** All who can take part. */
export const allClients: readonly Client[] = [
  djangoinstant,
  djangoinstantWithOne,
  dcrfClient,
  ...clientPeers,
]
