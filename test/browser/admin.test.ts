import type { Browser } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { RealServer } from "../../packages/client/test/real-server.js"
import { AdminPage } from "./admin-page.js"
import { launchBrowser } from "./browser.js"

let browser: Browser
let server: RealServer

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  server = await RealServer.start()
})
afterEach(() => server[Symbol.asyncDispose]())

const open = (hash?: string) =>
  AdminPage.at(browser, server.url, hash === undefined ? {} : { hash })

describe("the sign-in to the admin", () => {
  test("lets a superuser in, and out again", async () => {
    await using admin = await AdminPage.open(browser, server.url)
    await admin.signIn("superuser", "secret")
    await admin.page.getByRole("heading", { name: "Overview" }).waitFor()
    await admin.button("Sign out").click()
    await admin.page.getByLabel("User name").waitFor()
    await admin.page.reload()
    await admin.page.getByLabel("User name").waitFor()
  })

  test.each([
    ["a wrong password", ["superuser", "wrong"], /name or the password is wrong/],
    ["a user who is no superuser", ["user", "secret"], /not as a superuser/],
  ] as const)("says what is the matter with %s", async (_, [name, password], words) => {
    await using admin = await AdminPage.open(browser, server.url)
    await admin.signIn(name, password)
    await admin.page.getByRole("alert").filter({ hasText: words }).waitFor()
  })

  test("comes back when the session has ended on the server", async () => {
    await using admin = await open("#/channels")
    await admin.row("$lobby").waitFor()
    await server.instant.users.set("superuser", { isActive: false })
    await admin.page.getByRole("link", { name: "Users", exact: true }).click()
    await admin.page.getByRole("alert").filter({ hasText: "You have been signed out" }).waitFor()
  })
})

describe("the admin of a site with a login of its own", () => {
  const ada = { id: "7", name: "ada", staff: true, superuser: true, groups: [] }

  test("sends to that login, and opens once somebody is signed in there", async () => {
    let visitor: typeof ada | null = null
    await using site = await RealServer.start({ authenticate: () => visitor })
    await using admin = await AdminPage.open(browser, site.url)
    await admin.page.getByRole("heading", { name: "Sign in at the site first" }).waitFor()
    visitor = ada
    await admin.button("I have signed in").press("Enter")
    await admin.page.getByTestId("who").filter({ hasText: "ada" }).waitFor()
    expect(await admin.button("Sign out").count()).toBe(0)
    await admin.show("#/users")
    await admin.page.getByText("This site has a login of its own").waitFor()
  })
})

describe("the overview", () => {
  test("shows who is connected, four charts and the errors by their codes", async () => {
    const client = await server.clientOf("user")
    await client.connect()
    await fetch(`${server.url}/instant/subscribe/`, { method: "POST" })
    await using admin = await open()
    await admin.page.getByTestId("figures").getByText("Connections1").waitFor()
    await admin.page.getByRole("img", { name: /Connections over the last hour/ }).waitFor()
    expect(await admin.page.locator("canvas").count()).toBe(4)
    await admin.row("not_signed_in").waitFor()
  })

  test("keeps the place of everything while it loads", async () => {
    await using admin = await open()
    await admin.page.locator("canvas").nth(3).waitFor()
    const moved = await admin.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list, observer) => {
            observer.disconnect()
            // No declarations know what a layout shift carries.
            const shifts = list.getEntries() as (PerformanceEntry & { value: number })[]
            resolve(shifts.reduce((sum, { value }) => sum + value, 0))
          }).observe({ type: "layout-shift", buffered: true })
          setTimeout(() => resolve(0), 500)
        }),
    )
    expect(moved).toBeLessThan(0.02)
  })
})

describe("the channels", () => {
  test("are made, changed, switched off and removed by keyboard", async () => {
    const { channels } = server.instant
    await using admin = await open("#/channels")
    await admin.button("New channel").press("Enter")
    await admin.dialog.getByLabel("Name").fill("orders")
    await admin.dialog.getByLabel("Level").selectOption("groups")
    await admin.dialog.getByLabel("Groups").fill("kitchen")
    await admin.dialog.getByLabel("Groups").press("Enter")
    await admin.dialog.getByLabel("Name").press("Enter")
    await admin.told("$orders is made")
    const made = { level: "groups", groups: ["kitchen"], isActive: true }
    expect(await channels.find("orders")).toMatchObject(made)

    await admin.button("Edit $orders").press("Enter")
    await admin.dialog.getByLabel("Level").selectOption("staff")
    await admin.dialog.getByRole("button", { name: "Without the group kitchen" }).press("Enter")
    await admin.dialog.getByLabel("Active").press("Space")
    await admin.button("Save").press("Enter")
    await admin.told("$orders is saved")
    const changed = { level: "staff", groups: [], isActive: false }
    expect(await channels.find("orders")).toMatchObject(changed)
    await admin.row("$orders").getByText("off", { exact: true }).waitFor()

    await admin.button("Remove $orders").press("Enter")
    await admin.page.keyboard.press("Escape")
    await admin.dialog.waitFor({ state: "detached" })
    expect(await channels.find("orders")).toBeDefined()
    await admin.button("Remove $orders").press("Enter")
    await admin.dialog.getByRole("button", { name: "Remove" }).press("Enter")
    await admin.told("$orders is removed")
    expect(await channels.find("orders")).toBeUndefined()
  })

  test.each([
    ["", "Give it a name"],
    ["a#b", /holds #/],
    ["lobby", /already/],
  ])("refuse the name %j in place", async (name, words) => {
    await using admin = await open("#/channels")
    await admin.button("New channel").click()
    await admin.dialog.getByLabel("Name").fill(name)
    await admin.button("Create").click()
    await admin.dialog.getByText(words).waitFor()
    const field = admin.dialog.getByLabel("Name")
    expect(await field.getAttribute("aria-invalid")).toBe("true")
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true)
  })

  test("are narrowed by a filter, which Escape empties", async () => {
    await using admin = await open("#/channels")
    await admin.row("$lobby").waitFor()
    await admin.page.getByLabel("Filter channels").fill("team")
    await admin.row("$lobby").waitFor({ state: "detached" })
    await admin.row("$team").waitFor()
    await admin.page.getByLabel("Filter channels").fill("nothing like it")
    await admin.page.getByText("No channel has").waitFor()
    await admin.page.getByLabel("Filter channels").press("Escape")
    await admin.row("$lobby").waitFor()
  })

  test("give the focus back to the button of a dialog that closes", async () => {
    await using admin = await open("#/channels")
    await admin.button("New channel").press("Enter")
    await admin.page.keyboard.press("Escape")
    const focused = admin.page.locator(":focus")
    expect(await focused.textContent()).toBe("New channel")
  })
})

describe("the users and groups", () => {
  test("are made, and given rights and another password", async () => {
    const { users } = server.instant
    await using admin = await open("#/users")
    await admin.button("New user").click()
    await admin.dialog.getByLabel("User name").fill("ada")
    await admin.dialog.getByLabel("Password").fill("a long secret")
    await admin.dialog.getByLabel("Password").press("Enter")
    await admin.told("ada is made")
    expect(await users.find("ada")).toMatchObject({ staff: false, superuser: false, groups: [] })

    await admin.button("Edit ada").click()
    await admin.dialog.getByLabel("Staff").check()
    await admin.dialog.getByLabel("Groups").fill("team,")
    await admin.dialog.getByLabel("Password").fill("another secret")
    await admin.button("Save").click()
    await admin.told("ada is saved")
    const staff = { staff: true, superuser: false, groups: ["team"] }
    expect(await users.verify("ada", "another secret")).toMatchObject(staff)
  })

  test("are made inactive, and removed", async () => {
    const { users } = server.instant
    await using admin = await open("#/users")
    await admin.button("Edit member").click()
    await admin.dialog.getByLabel("Active").uncheck()
    await admin.button("Save").click()
    await admin.row("member").getByText("inactive").waitFor()
    expect(await users.verify("member", "secret")).toBeUndefined()

    await admin.button("Remove member").click()
    await admin.dialog.getByRole("button", { name: "Remove" }).click()
    await admin.told("member is removed")
    expect(await users.find("member")).toBeUndefined()
  })

  test("keep the one who works here, and say why", async () => {
    await using admin = await open("#/users")
    await admin.row("superuser").first().waitFor()
    expect(await admin.button("Remove superuser").count()).toBe(0)
    await admin.button("Edit superuser").click()
    await admin.dialog.getByLabel("Superuser").uncheck()
    await admin.button("Save").click()
    await admin.dialog.getByText(/last active superuser/).waitFor()
  })

  test("have groups that are made and removed", async () => {
    const { groups } = server.instant
    await using admin = await open("#/users")
    await admin.page.getByLabel("Name of the new group").fill("kitchen")
    await admin.page.getByLabel("Name of the new group").press("Enter")
    await admin.told("The group kitchen is made")
    expect(await groups.list()).toContain("kitchen")
    await admin.button("Remove the group kitchen").click()
    await admin.dialog.getByRole("button", { name: "Remove" }).click()
    await admin.told("The group kitchen is removed")
    expect(await groups.list()).not.toContain("kitchen")
  })
})

describe("the connections", () => {
  test("are listed with what is known of them, and ended", async () => {
    const client = await server.clientOf("user")
    await client.connect()
    await using admin = await open("#/connections")
    const row = admin.row("user").filter({ hasText: "websocket" })
    await row.getByText("127.0.0.1").waitFor()
    await row.getByText("$lobby").waitFor()
    await row.getByRole("button", { name: /Disconnect user/ }).click()
    await admin.dialog.getByRole("button", { name: "Disconnect" }).click()
    await admin.told("A connection of user has ended")
    await admin.page.getByText("Nobody is connected").waitFor()
    expect(server.instant.engine.stats().connections).toBe(0)
  })

  test("are those of one user when one asks for that", async () => {
    for (const name of ["user", "member"]) await (await server.clientOf(name)).connect()
    await using admin = await open("#/connections")
    await admin.row("member").waitFor()
    await admin.page.getByLabel("Of the user").fill("user")
    await admin.row("member").waitFor({ state: "detached" })
    await admin.row("user").filter({ hasText: "websocket" }).waitFor()
    await admin.page.getByLabel("Of the user").fill("nobody")
    await admin.page.getByText("nobody is not connected").waitFor()
  })
})

describe("the outbox", () => {
  test("shows what is to be published later, and discards it", async () => {
    const { instant } = server
    const later = new Date(Date.now() + 3_600_000)
    await instant.publish("lobby", "later", { schedule: later })
    await using admin = await open("#/outbox")
    await admin.page.getByText("Nothing is waiting").waitFor()
    await admin.button(/scheduled 1/).click()
    await admin.row("later").waitFor()
    await admin.button(/Discard/).click()
    await admin.dialog.getByRole("button", { name: "Discard" }).click()
    await admin.told("It is discarded")
    expect(await instant.outbox.list()).toEqual([])
  })

  test("sends again what has failed", async () => {
    const { instant } = server
    const later = new Date(Date.now() + 3_600_000)
    await instant.publish("lobby", "lost", { schedule: later })
    await instant.database
      .updateTable("instant_outbox")
      .set({ state: "failed", attempts: 7, last_error: "the engine was away" })
      .execute()
    await using admin = await open("#/outbox")
    await admin.button(/failed 1/).click()
    await admin.row("lost").getByText("the engine was away").waitFor()
    await admin.button("Retry all failed").click()
    await admin.told("All failed events go again")
    await admin.page.getByText("Nothing has failed").waitFor()
    expect((await instant.outbox.stats()).failed).toBe(0)
  })
})

test("the audit tells who did what, the newest first, back to the beginning", async () => {
  const details = JSON.stringify({ level: "staff" })
  const rows = Array.from({ length: 60 }, (_, n) => {
    return { at: Date.now(), actor: "ada", action: "channel.add", target: `channel-${n}`, details }
  })
  await server.instant.database.insertInto("instant_audit").values(rows).execute()
  await using admin = await open("#/audit")
  await admin.row("channel-59").getByText("channel.add").waitFor()
  await admin.row("channel-59").getByText("staff").waitFor()
  await admin.button("Show older").click()
  await admin.row(/channel-0(?!\d)/).waitFor()
  expect(await admin.button("Show older").count()).toBe(0)
})
