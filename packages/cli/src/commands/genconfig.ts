import { randomBytes } from "node:crypto"
import { writeConfig } from "../config/write-config.js"

/** What `instant genconfig` is asked. */
export interface GenConfigOptions {
  /** The file to write, which isn't there yet. */
  readonly config: string
}

/** Writes a configuration to begin with: new secrets, and nothing missed by a client that was away. */
export async function generateConfig({ config: file }: GenConfigOptions): Promise<void> {
  await writeConfig(file, {
    client: { token: { hmac_secret_key: secret() }, allowed_origins: [] },
    http_api: { key: secret() },
    channel: {
      without_namespace: { history_size: 100, history_ttl: "600s", force_recovery: true },
    },
  })
  console.log(`Wrote ${file}`)
}

function secret(): string {
  return randomBytes(32).toString("base64url")
}
