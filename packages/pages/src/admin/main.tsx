import { render } from "preact"
import { Admin } from "./admin.js"
import { AdminSession } from "./admin-session.js"
import "../styles/tokens.css"
import "../styles/base.css"
import "../styles/controls.css"
import "../styles/header.css"
import "../styles/sign-in.css"
import "../styles/empty.css"
import "../styles/charts.css"
import "../styles/time.css"
import "../styles/admin/shell.css"
import "../styles/admin/states.css"
import "../styles/admin/forms.css"
import "../styles/admin/dialog.css"
import "../styles/admin/table.css"
import "../styles/admin/overview.css"
import "../styles/admin/channel.css"

const root = document.getElementById("app")
if (root === null) throw new Error("index.html has no element #app")

const session = new AdminSession()
void session.start()

// Text that is drawn before its font has come would jump.
await document.fonts.load("1em Inter").catch(() => {})
render(<Admin session={session} />, root)
