/** The signs that give a channel name its parts; empty switches a part off. */
export interface ChannelSyntax {
  /** Before the first one stands the namespace. */
  readonly namespaceBoundary: string
  /** A name that begins with it needs a subscription token. */
  readonly privatePrefix: string
  /** Behind it stand the users who alone may subscribe. */
  readonly userBoundary: string
  /** Between two users. */
  readonly userSeparator: string
}

/** The signs of Centrifugo's default configuration: `ns:name`, `$private`, `name#user,user`. */
export const defaultSyntax: ChannelSyntax = {
  namespaceBoundary: ":",
  privatePrefix: "$",
  userBoundary: "#",
  userSeparator: ",",
}

/** The parts of a channel name. */
export interface ChannelName {
  readonly name: string
  /** Empty for a channel without namespace. */
  readonly namespace: string
  /** What stands behind the namespace. */
  readonly rest: string
  readonly isPrivate: boolean
  /** Who alone may subscribe; undefined when the name limits nobody. */
  readonly users: readonly string[] | undefined
}

/** Takes a channel name apart. Every text is one; whether it may be used is for the caller to say. */
export function parseChannelName(name: string, syntax: ChannelSyntax = defaultSyntax): ChannelName {
  const { namespaceBoundary, privatePrefix, userBoundary, userSeparator } = syntax
  const isPrivate = privatePrefix !== "" && name.startsWith(privatePrefix)
  const bare = isPrivate ? name.slice(privatePrefix.length) : name
  const boundary = namespaceBoundary === "" ? -1 : bare.indexOf(namespaceBoundary)
  const namespace = boundary < 0 ? "" : bare.slice(0, boundary)
  const rest = boundary < 0 ? bare : bare.slice(boundary + namespaceBoundary.length)
  const users = userBoundary === "" ? -1 : name.indexOf(userBoundary)
  return {
    name,
    namespace,
    rest,
    isPrivate,
    users: users < 0 ? undefined : name.slice(users + userBoundary.length).split(userSeparator),
  }
}
