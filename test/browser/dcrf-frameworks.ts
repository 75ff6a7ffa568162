import { createClient } from "dcrf-client"
import { createStore } from "dcrf-client/store"
import { createElement } from "react"
import { renderToString as renderReact } from "react-dom/server"
import { renderToString as renderVue } from "vue/server-renderer"
import { App } from "./pages/dcrf-react/app.js"
import { thingsApp } from "./pages/dcrf-vue/app.js"

/** A page of live things, as one framework shows it. */
export interface Framework {
  readonly name: string
  /** Its script, for `bundlePage`. */
  readonly entry: string
  /** What a server makes of it. */
  render(): Promise<string>
}

const store = () => createStore(createClient("ws://server.invalid/ws/"))

export const react: Framework = {
  name: "React",
  entry: "pages/dcrf-react/main.ts",
  render: async () => renderReact(createElement(App, { store: store() })),
}

export const vue: Framework = {
  name: "Vue",
  entry: "pages/dcrf-vue/main.ts",
  render: () => renderVue(thingsApp(store())),
}
