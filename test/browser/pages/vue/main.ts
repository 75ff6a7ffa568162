import { useInstant } from "djangoinstant"
import { createSSRApp } from "vue"
import { App } from "./app.js"

// Vue asks a bundler for these, and warns without them.
Object.assign(globalThis, {
  __VUE_OPTIONS_API__: true,
  __VUE_PROD_DEVTOOLS__: false,
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: true,
})
const instant = useInstant({ reconnectDelay: { min: 50, max: 200 } })
createSSRApp(App, { instant }).mount("#root")
