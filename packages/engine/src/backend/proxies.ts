import type { Channel } from "../channel/options.js"
import type { EngineConfig } from "../config/schema.js"
import { HttpProxy, type ProxyConfig, type Watch } from "./http-proxy.js"

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

  subscribe({ options }: Channel): HttpProxy | undefined {
    const { subscribe } = this.#config.channel.proxy
    return options.subscribe_proxy_enabled
      ? this.#named(options.subscribe_proxy_name, subscribe)
      : undefined
  }

  publish({ options }: Channel): HttpProxy | undefined {
    const { publish } = this.#config.channel.proxy
    return options.publish_proxy_enabled
      ? this.#named(options.publish_proxy_name, publish)
      : undefined
  }

  subRefresh({ options }: Channel): HttpProxy | undefined {
    const { sub_refresh } = this.#config.channel.proxy
    return options.sub_refresh_proxy_enabled
      ? this.#named(options.sub_refresh_proxy_name, sub_refresh)
      : undefined
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
