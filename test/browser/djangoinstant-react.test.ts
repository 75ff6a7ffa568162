import { useInstant } from "djangoinstant"
import { createElement } from "react"
import { renderToString } from "react-dom/server"
import { testLivePage } from "./djangoinstant-live-page.js"
import { App } from "./pages/react/app.js"

testLivePage("React", "react", async () =>
  renderToString(createElement(App, { instant: useInstant() })),
)
