import type { Channel } from "../channel/options.js"
import type { EngineConfig } from "../config/schema.js"
import { HttpProxy, type ProxyConfig, type Watch } from "./http-proxy.js"

/** What is asked about a channel. */
type ChannelQuestion = "subscribe" | "publish" | "sub_refresh"

/** The proxies of a configuration: which one is asked about what. */
export class Proxies {
  readonly #config: EngineConfig
  readonly #byConfig = new Map<ProxyConfig, HttpProxy>()

  constructor(config: EngineConfig, watch: Watch) {
    this.#config = config
    const { client, channel, rpc, proxies } = config
    const { connect, refresh } = client.proxy
    for (const each of [connect, refresh, ...Object.values(channel.proxy), rpc.proxy]) {
      this.#byConfig.set(each, new HttpProxy(each, "default", watch))
    }
    for (const each of proxies) this.#byConfig.set(each, new HttpProxy(each, each.name, watch))
  }

  get connect(): HttpProxy | undefined {
    const { connect } = this.#config.client.proxy
    return connect.enabled ? this.#byConfig.get(connect) : undefined
  }

  get refresh(): HttpProxy | undefined {
    const { refresh } = this.#config.client.proxy
    return refresh.enabled ? this.#byConfig.get(refresh) : undefined
  }

  /** The proxy for a question about a channel: the one that the channel's options name. */
  ofChannel(question: ChannelQuestion, { options }: Channel): HttpProxy | undefined {
    if (!options[`${question}_proxy_enabled`]) return undefined
    return this.#named(options[`${question}_proxy_name`], this.#config.channel.proxy[question])
  }

  /** The proxy for a method: the one of its namespace. */
  rpc(method: string): HttpProxy | undefined {
    const { namespace_boundary, namespaces, without_namespace, proxy } = this.#config.rpc
    const boundary = namespace_boundary === "" ? -1 : method.indexOf(namespace_boundary)
    const options =
      boundary < 0
        ? without_namespace
        : namespaces.find(({ name }) => name === method.slice(0, boundary))
    return options?.proxy_enabled ? this.#named(options.proxy_name, proxy) : undefined
  }

  #named(name: string, standard: ProxyConfig): HttpProxy | undefined {
    const config =
      name === "default" ? standard : this.#config.proxies.find((each) => each.name === name)
    return config && this.#byConfig.get(config)
  }
}
