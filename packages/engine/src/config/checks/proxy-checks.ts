import type { Mistake } from "../config-error.js"
import type { EngineConfig } from "../schema.js"
import { checkNames } from "./channel-checks.js"

/** Whether the proxies are there that are asked for. */
export function checkProxies(config: EngineConfig): readonly Mistake[] {
  const { client, channel, rpc, proxies } = config
  return [
    ...(["connect", "refresh"] as const).flatMap((event) =>
      checkProxy(`client.proxy.${event}`, client.proxy[event], client.proxy[event].enabled),
    ),
    ...(["subscribe", "publish", "sub_refresh"] as const).flatMap((event) =>
      checkProxy(
        `channel.proxy.${event}`,
        channel.proxy[event],
        optionsOf(config).some(
          ([, options]) =>
            options[`${event}_proxy_enabled`] && options[`${event}_proxy_name`] === "default",
        ),
      ),
    ),
    ...checkProxy(
      "rpc.proxy",
      rpc.proxy,
      rpcOptionsOf(config).some(
        ([, { proxy_enabled, proxy_name }]) => proxy_enabled && proxy_name === "default",
      ),
    ),
    ...proxies.flatMap((proxy, index) => checkProxy(`proxies[${index}]`, proxy, true)),
    ...proxies.flatMap(({ name }, index) =>
      name === "default"
        ? [
            {
              key: `proxies[${index}].name`,
              problem: '"default" is the name of the proxies elsewhere',
            },
          ]
        : [],
    ),
    ...checkNames("proxies", proxies),
    ...checkNames("rpc.namespaces", rpc.namespaces),
    ...checkUses(config),
  ]
}

function checkProxy(
  section: string,
  { endpoint, timeout }: { readonly endpoint: string; readonly timeout: number },
  isUsed: boolean,
): readonly Mistake[] {
  const mistakes: Mistake[] = []
  if (isUsed && endpoint === "") {
    mistakes.push({ key: `${section}.endpoint`, problem: "must be set, as the proxy is used" })
  }
  if (timeout < 0) mistakes.push({ key: `${section}.timeout`, problem: "must be longer than 0s" })
  return mistakes
}

/** The names of proxies that there are none of. */
function checkUses(config: EngineConfig): readonly Mistake[] {
  const known = new Set(["default", ...config.proxies.map(({ name }) => name)])
  const uses = [
    ...optionsOf(config).flatMap(([section, options]) =>
      (["subscribe", "publish", "sub_refresh"] as const).map(
        (event) => [`${section}.${event}_proxy_name`, options[`${event}_proxy_name`]] as const,
      ),
    ),
    ...rpcOptionsOf(config).map(
      ([section, { proxy_name }]) => [`${section}.proxy_name`, proxy_name] as const,
    ),
  ]
  return uses
    .filter(([, name]) => !known.has(name))
    .map(([key, name]) => ({ key, problem: `there is no proxy "${name}" in proxies` }))
}

function optionsOf({ channel }: EngineConfig) {
  return [
    ["channel.without_namespace", channel.without_namespace] as const,
    ...channel.namespaces.map(
      (options, index) => [`channel.namespaces[${index}]`, options] as const,
    ),
  ]
}

function rpcOptionsOf({ rpc }: EngineConfig) {
  return [
    ["rpc.without_namespace", rpc.without_namespace] as const,
    ...rpc.namespaces.map((options, index) => [`rpc.namespaces[${index}]`, options] as const),
  ]
}
