import { vue } from "./dcrf-frameworks.js"
import { testLivePage } from "./dcrf-live-page.js"

testLivePage(vue)
