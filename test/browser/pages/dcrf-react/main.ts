import { createStore } from "dcrf-client/store"
import { createElement } from "react"
import { hydrateRoot } from "react-dom/client"
import { connectThings } from "../dcrf-things/connect-things.js"
import { App } from "./app.js"

const root = document.getElementById("root")
if (root === null) throw new Error("The page has no root")
hydrateRoot(root, createElement(App, { store: createStore(connectThings()) }))
