import type { Answers } from "./answers.js"
import type { ChannelList } from "./channel-list.js"
import { type EndCode, ended } from "./codes.js"
import type { FakeCommand } from "./fake-command.js"
import type { Member } from "./member.js"
import { Presence } from "./presence.js"
import type { Records } from "./records.js"
import type { ServerTime } from "./server-time.js"
import { type ClientInfo, Stream } from "./stream.js"
import type { TokenOffice } from "./token-office.js"

/** What the realtime part works with. */
export interface HubParts {
  readonly time: ServerTime
  readonly channels: ChannelList
  readonly tokens: TokenOffice
  readonly answers: Answers
  readonly commands: Records<FakeCommand>
}

/** The connections, and the channels that lie between them. */
export class Hub {
  readonly parts: HubParts
  readonly presence = new Presence()
  readonly #members = new Set<Member>()
  readonly #streams = new Map<string, Stream>()
  #clients = 0

  constructor(parts: HubParts) {
    this.parts = parts
  }

  /** A name for one more client. */
  newClient(): string {
    return `client-${++this.#clients}`
  }

  enter(member: Member): void {
    this.#members.add(member)
  }

  leave(member: Member): void {
    this.#members.delete(member)
  }

  stream(channel: string): Stream {
    const stream = this.#streams.get(channel) ?? new Stream(this.parts.time)
    this.#streams.set(channel, stream)
    return stream
  }

  publish(channel: string, data: unknown, info?: ClientInfo): void {
    const pub = this.stream(channel).append(data, info)
    for (const member of this.#in(channel)) member.push({ channel, pub })
  }

  /** Somebody is in a channel from now on. */
  join(channel: string, info: ClientInfo): void {
    this.presence.add(channel, info)
    this.#tellOfMember(channel, { join: { info } })
  }

  /** Somebody is no longer in a channel. */
  part(channel: string, info: ClientInfo): void {
    this.presence.remove(channel, info)
    this.#tellOfMember(channel, { leave: { info } })
  }

  /** Ends all subscriptions to a channel. */
  close(channel: string): void {
    for (const member of this.#in(channel)) member.unsubscribe(channel, ended.unsubscribed)
  }

  /** Ends all connections, or those of one user. */
  end(code: EndCode, user?: string): void {
    for (const member of [...this.#members]) {
      if (user === undefined || member.user === user) member.end(code)
    }
  }

  forgetHistory(): void {
    for (const stream of this.#streams.values()) stream.forget()
  }

  #in(channel: string): readonly Member[] {
    return [...this.#members].filter(({ subscriptions }) => subscriptions.has(channel))
  }

  #tellOfMember(channel: string, push: object): void {
    for (const member of this.#in(channel)) {
      if (member.subscriptions.get(channel)?.wantsMembers) member.push({ channel, ...push })
    }
  }
}
