import { notEnabled } from "./switches.js"
import type { Unsupported } from "./unsupported.js"

/** Ways to be run and watched. */
export const unsupportedOperation: readonly Unsupported[] = [
  {
    at: ["admin"],
    thing: "an admin interface of its own",
    instead: "set admin.enabled to false",
    keys: {
      enabled: false,
      handler_prefix: "",
      password: "",
      secret: "",
      insecure: false,
      web_path: "",
      web_proxy_address: "",
      external: false,
    },
    offBy: notEnabled,
  },
  {
    at: ["prometheus"],
    thing: "native histograms",
    instead: "use the classic ones",
    keys: { native_histograms: false },
  },
  {
    at: ["swagger"],
    thing: "a page for its HTTP API",
    instead: "set swagger.enabled to false",
    keys: { enabled: false, handler_prefix: "/swagger" },
    offBy: notEnabled,
  },
  {
    at: ["debug"],
    thing: "profiles of the Go runtime",
    instead: "start node with --inspect or --cpu-prof",
    keys: { enabled: false, handler_prefix: "/debug/pprof" },
    offBy: notEnabled,
  },
  {
    at: ["opentelemetry"],
    thing: "OpenTelemetry",
    instead: "read the metrics of prometheus.enabled",
    keys: { enabled: false, api: false, consuming: false, google_cloud_adc_auth: false },
    offBy: notEnabled,
  },
  {
    at: ["graphite"],
    thing: "metrics for Graphite",
    instead: "read the metrics of prometheus.enabled",
    keys: {
      enabled: false,
      host: "localhost",
      port: 2_003,
      prefix: "centrifugo",
      interval: "10s",
      tags: false,
    },
    offBy: notEnabled,
  },
  {
    at: [""],
    thing: "features before their release",
    instead: "set it to false",
    keys: { enable_unreleased_features: false },
  },
]
