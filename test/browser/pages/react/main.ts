import { useInstant } from "djangoinstant"
import { createElement, StrictMode } from "react"
import { hydrateRoot } from "react-dom/client"
import { App } from "./app.js"

const root = document.querySelector("#root")
if (root === null) throw new Error("The page has no #root")
const app = createElement(App, { instant: useInstant({ reconnectDelay: { min: 50, max: 200 } }) })
hydrateRoot(root, createElement(StrictMode, null, app))
