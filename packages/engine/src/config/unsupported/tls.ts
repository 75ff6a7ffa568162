import type { JsonObject } from "../json.js"

/** A TLS section. */
export const tls = {
  enabled: false,
  cert_pem: "",
  key_pem: "",
  server_ca_pem: "",
  client_ca_pem: "",
  insecure_skip_verify: false,
  server_name: "",
} satisfies JsonObject
