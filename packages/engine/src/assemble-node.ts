import { randomUUID } from "node:crypto"
import { type TokenVerifier, tokenVerifier } from "@instant-ws/protocol"
import type { Logger } from "pino"
import { Attendance } from "./backend/attendance.js"
import { Backend } from "./backend/backend.js"
import type { Hooks } from "./backend/hooks.js"
import { Proxies } from "./backend/proxies.js"
import { DiskBroker } from "./broker/disk/disk-broker.js"
import { DiskStore } from "./broker/disk/disk-store.js"
import { MemoryBroker } from "./broker/memory/memory-broker.js"
import { Hub } from "./channel/hub.js"
import { Membership } from "./channel/membership.js"
import { ChannelCatalog } from "./channel/options.js"
import { Publisher } from "./channel/publisher.js"
import type { EngineConfig } from "./config/schema.js"
import { Flusher } from "./delivery/flusher.js"
import type { QueueOptions } from "./delivery/session-queue.js"
import { CodeCounts, ReplyErrors } from "./metrics/code-counts.js"
import { CountedBroker } from "./metrics/counted-broker.js"
import { CountedPresence } from "./metrics/counted-presence.js"
import { Metrics } from "./metrics/metrics.js"
import type { Node } from "./node.js"
import { MemoryPresence } from "./presence/memory-presence.js"
import { operationLimits } from "./session/operation-limits.js"
import { TimingWheel } from "./timing-wheel.js"
import { DiskInvalidations } from "./tokens/disk-invalidations.js"
import { Invalidations } from "./tokens/invalidations.js"
import { refusingInvalidated } from "./tokens/refusing-invalidated.js"

/** What a node works with besides its configuration. */
export interface NodeOptions {
  readonly log: Logger
  readonly hooks: Hooks
}

/** Puts a node together from its configuration. */
export function assembleNode(config: EngineConfig, { log, hooks }: NodeOptions): Node {
  const metrics = config.prometheus.enabled ? new Metrics(config.prometheus) : undefined
  const disk = diskOf(config)
  const { broker, presence } = stores(disk, { log, metrics })
  const attendance = attendanceOf(hooks, log)
  const hub = new Hub()
  const wheel = new TimingWheel()
  const invalidations = new Invalidations(
    wheel,
    disk && new DiskInvalidations(disk),
    hooks.isTakenBack,
  )
  return {
    uid: randomUUID(),
    config,
    log,
    broker,
    hub,
    presence,
    membership: new Membership({ presence, broker, log, watcher: attendance }),
    attendance,
    channels: new ChannelCatalog(config),
    publisher: new Publisher(broker, hub, config.channel),
    tokens: refusingInvalidated(tokensOf(config), invalidations),
    invalidations,
    backend: new Backend(hooks, new Proxies(config, { log, metrics }), log),
    queues: queuesOf(config),
    limits: operationLimits(config.client.limits),
    wheel,
    replyErrors: new ReplyErrors(),
    disconnects: new CodeCounts(),
    metrics,
  }
}

/** Nobody counts who comes and goes where no hook is told. */
function attendanceOf(hooks: Hooks, log: Logger): Attendance | undefined {
  const isAsked = hooks.onJoin !== undefined || hooks.onLeave !== undefined
  return isAsked ? new Attendance(hooks, log) : undefined
}

/** What outlives the process; undefined where nothing is to. */
function diskOf({ broker }: EngineConfig): DiskStore | undefined {
  return broker.enabled && broker.type === "disk" ? new DiskStore(broker.disk.path) : undefined
}

/** What is kept of channels; counted where somebody asks for the counts. */
function stores(
  disk: DiskStore | undefined,
  { log, metrics }: Pick<Node, "log" | "metrics">,
): Pick<Node, "broker" | "presence"> {
  const broker = disk === undefined ? new MemoryBroker() : new DiskBroker(disk, log)
  const presence = new MemoryPresence()
  if (metrics === undefined) return { broker, presence }
  return {
    broker: new CountedBroker(broker, metrics),
    presence: new CountedPresence(presence, metrics),
  }
}

/** One flusher for all queues, and a count of what is written for each transport. */
function queuesOf({ client }: EngineConfig): Node["queues"] {
  const flusher = new Flusher(client.write_delay)
  const queue = (): QueueOptions => ({
    flusher,
    maxSize: client.queue_max_size,
    traffic: { messages: 0, bytes: 0 },
  })
  return {
    websocket: queue(),
    sse: queue(),
    http_stream: queue(),
    uni_websocket: queue(),
    uni_sse: queue(),
    uni_http_stream: queue(),
  }
}

function tokensOf({ client }: EngineConfig): TokenVerifier {
  const insecureSkipSignatureVerify = client.insecure_skip_token_signature_verify
  const { connection, subscription } = tokenVerifier({
    ...client.token,
    insecureSkipSignatureVerify,
  })
  if (!client.subscription_token.enabled) return { connection, subscription }
  const own = tokenVerifier({ ...client.subscription_token, insecureSkipSignatureVerify })
  return { connection, subscription: own.subscription }
}
