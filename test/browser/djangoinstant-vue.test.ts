import { useInstant } from "djangoinstant"
import { createSSRApp } from "vue"
import { renderToString } from "vue/server-renderer"
import { testLivePage } from "./djangoinstant-live-page.js"
import { App } from "./pages/vue/app.js"

testLivePage("Vue", "vue", () => renderToString(createSSRApp(App, { instant: useInstant() })))
