import { createStore } from "dcrf-client/store"
import { connectThings } from "../dcrf-things/connect-things.js"
import { thingsApp } from "./app.js"

thingsApp(createStore(connectThings())).mount("#root")
