import type { UserConfig } from "vite"

/** What the demo page and the admin page are built and tried out with. */
export const shared = {
  build: {
    // The first browsers with light-dark() and @property, which the style sheets use.
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: { polyfill: false },
    // The policy of the pages allows no data: addresses for fonts, and a favicon stays a file.
    assetsInlineLimit: 0,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/instant": "http://127.0.0.1:8000",
      "/demo": "http://127.0.0.1:8000",
      "/connection": { target: "http://127.0.0.1:8000", ws: true },
    },
  },
} satisfies UserConfig
