import { type Client, type ClientOptions, connect, type DcrfError } from "dcrf-client"
import {
  createStore,
  type ListState,
  type Live,
  type RowState,
  type Store,
  type StoreOptions,
} from "dcrf-client/store"
import { FakeDcrfServer, type FakeStream } from "dcrf-client/testing"

export interface Thing {
  readonly pk: number
  readonly name: string
  readonly counter: number
}

export interface Streams {
  things: Thing
}

const rows: readonly Thing[] = [
  { pk: 1, name: "apple", counter: 0 },
  { pk: 2, name: "banana", counter: 2 },
]

/** A fake server, and a store on a client that is connected to it. */
export class Scene implements AsyncDisposable {
  readonly server: FakeDcrfServer
  readonly client: Client<Streams>
  readonly store: Store<Streams>
  /** What nobody waited for. */
  readonly errors: DcrfError[] = []

  constructor(options: SceneOptions = {}) {
    const defaults = { counter: 0 }
    this.server = new FakeDcrfServer({ things: { rows, defaults, ...options.stream } })
    this.client = connect(this.server.url, { ...this.server.options, ...options.client })
    this.client.onError((error) => this.errors.push(error))
    this.store = createStore(this.client, options.store)
  }

  /** How often the server was asked this. */
  asked(action: string): number {
    return this.server.requests.filter((request) => request.action === action).length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close()
  }
}

export interface SceneOptions {
  readonly stream?: FakeStream
  readonly client?: ClientOptions
  readonly store?: StoreOptions<Streams>
}

/** Listens to something live, and keeps what it was in turn. */
export class Listening<State extends RowState<Thing> | ListState<Thing>> {
  readonly live: Live<State>
  readonly off: () => void
  readonly seen: State[] = []

  constructor(live: Live<State>) {
    this.live = live
    this.off = live.subscribe(() => this.seen.push(live.get()))
  }

  /** Resolves with the state as soon as it fits; fails when it doesn't within 5 seconds. */
  until(fits: (state: State) => boolean): Promise<State> {
    const { live } = this
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!fits(live.get())) return
        clearTimeout(timer)
        off()
        resolve(live.get())
      }
      const timer = setTimeout(
        () => reject(new Error(`It is ${JSON.stringify(live.get())} still after 5 s`)),
        5_000,
      )
      const off = live.subscribe(look)
      look()
    })
  }

  /** The state once it has this status. */
  is(status: State["status"]): Promise<State> {
    return this.until((state) => state.status === status)
  }
}

/** What a list shows, by name. */
export const namesIn = ({ data }: ListState<Thing>): readonly string[] =>
  data.map(({ name }) => name)
