/** The sections, in the order in which they are shown. */
export const sections = [
  { page: "overview", title: "Overview" },
  { page: "channels", title: "Channels" },
  { page: "users", title: "Users" },
  { page: "connections", title: "Connections" },
  { page: "outbox", title: "Outbox" },
  { page: "audit", title: "Audit" },
] as const

/** One of the sections. */
export type Section = (typeof sections)[number]["page"]

/** The parts of a channel's page, in the order in which they are shown. */
export const channelTabs = [
  { tab: "live", title: "Live" },
  { tab: "publish", title: "Publish" },
  { tab: "history", title: "History" },
  { tab: "presence", title: "Presence" },
] as const

/** One of the parts of a channel's page. */
export type ChannelTab = (typeof channelTabs)[number]["tab"]

/** What is shown, as the address says it. */
export type Route =
  | { readonly page: Section }
  | { readonly page: "channel"; readonly name: string; readonly tab: ChannelTab }

/** Reads the part of an address after `#`; what is unknown is the overview. */
export function readRoute(hash: string): Route {
  const [page, name, tab] = hash.replace(/^#?\/?/, "").split("/")
  if (page === "channels" && name !== undefined && name !== "") {
    const known = channelTabs.find((each) => each.tab === tab)
    return { page: "channel", name: decoded(name), tab: known?.tab ?? "live" }
  }
  return { page: sections.find((each) => each.page === page)?.page ?? "overview" }
}

/** The part of an address that {@link readRoute} reads. */
export function hashOf(route: Route): string {
  if (route.page !== "channel") return `#/${route.page}`
  const name = encodeURIComponent(route.name)
  return route.tab === "live" ? `#/channels/${name}` : `#/channels/${name}/${route.tab}`
}

/** What somebody typed into the address may be no encoding at all. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
