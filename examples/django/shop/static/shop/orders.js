const isStaff = document.currentScript.dataset.staff === "true"
const instant = $instant.instant
const steps = { placed: "Pack", packed: "Send" }
const orders = new Map()
const at = (id) => document.getElementById(id)

/** Takes what is told of an order, unless something newer was told before. */
function take(order) {
  const known = orders.get(order.number)
  if (known && known.version >= order.version) return
  orders.set(order.number, order)
  const row = at(`order-${order.number}`)
  if (row) row.replaceWith(rowOf(order))
  else insert(rowOf(order), order.number)
  at("count").textContent = orders.size
  at("empty").hidden = true
}

/** Puts a row in its place: the newest order is the first. */
function insert(row, number) {
  const rows = [...at("orders").children]
  const next = rows.find((each) => Number(each.dataset.number) < number)
  at("orders").insertBefore(row, next ?? null)
}

function rowOf({ number, item, customer, state }) {
  const row = element("li", { id: `order-${number}`, className: `order ${state}` })
  row.dataset.number = number
  const about = element("span", { className: "about" })
  about.append(element("strong", { textContent: item }))
  about.append(
    element("small", { textContent: isStaff ? `#${number}, ${customer}` : `#${number}` }),
  )
  row.append(about, element("span", { className: "state", textContent: state }))
  if (isStaff && steps[state]) {
    const button = element("button", { textContent: steps[state] })
    button.addEventListener("click", () => {
      button.disabled = true
      void send(`/orders/${number}/advance/`)
    })
    row.append(button)
  }
  return row
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties)
}

/** Loads what there is: at first, and when the engine can't tell all that was missed. */
async function load() {
  const response = await ask("/orders.json")
  if (response?.ok) for (const order of (await response.json()).orders.reverse()) take(order)
}

/** Sends a form, and tells the visitor when it isn't taken. */
async function send(url, body = new FormData()) {
  const headers = { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value }
  const response = await ask(url, { method: "POST", headers, body })
  if (response && !response.ok) say(`That didn't work: ${await response.text()}`)
}

async function ask(url, options) {
  try {
    return await fetch(url, options)
  } catch {
    say("The shop can't be reached: try again in a moment.")
  }
}

function say(text) {
  at("announcement").textContent = text
  at("announcement").hidden = false
}

function arrived({ data, eventClass, date }) {
  const line = element("li", {})
  const what = `${eventClass.replace("order-", "")} #${data.number}`
  line.append(element("span", { textContent: what }))
  line.append(element("time", { textContent: date.toLocaleTimeString() }))
  at("arrived").prepend(line)
}

// The staff hear of all orders, so what comes to them alone of their own would come twice.
instant.on(isStaff ? "orders" : "@me", (event) => {
  take(event.data)
  arrived(event)
})
instant.onStatus((status) => {
  at("status").textContent = status
  at("status").dataset.status = status
  if (status === "connected") void load()
})
instant.onRecovered(({ complete }) => {
  if (!complete) void load()
})
instant.onLoggedOut(() => {
  at("status").textContent = "signed out"
  at("status").dataset.status = "loggedOut"
  say("You are signed out.")
})

at("order").addEventListener("submit", (event) => {
  event.preventDefault()
  const body = new FormData()
  body.append("item", event.submitter.value)
  void send(event.target.action, body)
})
at("announce")?.addEventListener("submit", (event) => {
  event.preventDefault()
  void send(event.target.action, new FormData(event.target))
  event.target.reset()
})
