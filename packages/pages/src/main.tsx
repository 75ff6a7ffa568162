import { render } from "preact"
import { App } from "./app.js"
import { Session } from "./session.js"
import "uplot/dist/uPlot.min.css"
import "./styles/tokens.css"
import "./styles/base.css"
import "./styles/controls.css"
import "./styles/header.css"
import "./styles/sign-in.css"
import "./styles/welcome.css"
import "./styles/dashboard.css"
import "./styles/empty.css"
import "./styles/panel.css"
import "./styles/time.css"
import "./styles/messages.css"
import "./styles/charts.css"

const root = document.getElementById("app")
if (root === null) throw new Error("index.html has no element #app")

const session = new Session()
void session.start()

// Text that is drawn before its font has come would jump.
await document.fonts.load("1em Inter").catch(() => {})
render(<App session={session} />, root)
