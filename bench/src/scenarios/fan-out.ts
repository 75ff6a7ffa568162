import {
  cpuPer,
  type Figure,
  type Figures,
  figuresOf,
  latency,
  loadShare,
  memoryPerConnection,
  perSecond,
} from "../report/figure.js"
import { asCount } from "../report/units.js"
import { P99_BOUND, saturate } from "../run/saturation.js"
import { type BroadcastOptions, type WireFormat, withBroadcast } from "../stage/broadcast.js"
import { type Contestant, oursOnDisk } from "../stage/contestants.js"
import type { Case, Measured, Scale, Scenario, Stage } from "./scenario.js"
import {
  figuresOfMeasurement,
  measureSteady,
  minSeconds,
  steadyFigures,
  WARM_UP_SECONDS,
} from "./steady.js"

/** Where the search for the highest rate starts, unless it has been searched before. */
const FIRST_RATE = 50_000
/** How long a step of the search is, in seconds: much longer than the latency that it may have. */
const STEP_SECONDS = 0.5
/** A step is so long for each subscriber: about ten times what a message to all of them takes. */
const STEP_SECONDS_PER_SUBSCRIBER = 1e-4
/** With fewer connections their memory drowns in what a process takes anyway. */
const MEMORY_FROM = 5_000
/** How many subscribers the variants have. */
const VARIANT_SUBSCRIBERS = 1_000
/** What a channel keeps in the variants with history. */
export const HISTORY = { history_size: 100, history_ttl: "60s" }

/** How one channel reaches its subscribers. */
interface Variant {
  readonly subscribers: number
  readonly format: WireFormat
  readonly history: boolean
}

/** One channel with many subscribers: a steady rate, the most that a server can do, and its memory. */
export const fanOut: Scenario = {
  name: "fan-out",
  cases: (scale: Scale) => variantsOf(scale).map(caseOf),
}

function variantsOf({ quick, subscribers }: Scale): readonly Variant[] {
  const plain = subscribers.map((count): Variant => variant(count, "json", false))
  if (!subscribers.includes(VARIANT_SUBSCRIBERS)) return plain
  return [
    ...plain,
    ...(quick
      ? []
      : [
          variant(VARIANT_SUBSCRIBERS, "json", true),
          variant(VARIANT_SUBSCRIBERS, "protobuf", false),
        ]),
    variant(VARIANT_SUBSCRIBERS, "protobuf", true),
  ]
}

function variant(subscribers: number, format: WireFormat, history: boolean): Variant {
  return { subscribers, format, history }
}

/** What the case of so many subscribers, in JSON and without history, is called. */
export function fanOutTitle(subscribers: number): string {
  return titleOf(variant(subscribers, "json", false))
}

function titleOf({ subscribers, format, history }: Variant): string {
  const ways = [...(format === "json" ? [] : ["Protobuf"]), ...(history ? ["history"] : [])]
  return [`${asCount(subscribers)} subscribers`, ...ways].join(", ")
}

function caseOf(what: Variant): Case {
  return {
    title: titleOf(what),
    figures: [...steadyFigures(), ...searchFigures, ...memoryFigures],
    suits: (contestant) => suits(what, contestant),
    measure: (contestant, stage) => measure(what, contestant, stage),
  }
}

/** Only the Centrifuge protocol has Protobuf and history; a disk without history has nothing to do. */
function suits({ format, history }: Variant, contestant: Contestant): boolean {
  if (contestant === oursOnDisk) return history
  return contestant.dialect === "centrifuge" || (format === "json" && !history)
}

/** The steady rate and the search each have a fresh server. */
async function measure(what: Variant, contestant: Contestant, stage: Stage): Promise<Measured> {
  const { subscribers, format, history } = what
  const options: BroadcastOptions = {
    contestant,
    subscribers,
    format,
    placement: stage.placement,
    ...(history && { config: { channel: HISTORY } }),
  }
  const { steady, memory } = await withBroadcast(options, async (broadcast, opened) => ({
    steady: await measureSteady(broadcast, subscribers),
    memory: opened.memoryPerConnection,
  }))
  const saturation = await withBroadcast(options, async (broadcast) => {
    const firstRate = startOfSearch(stage)
    await broadcast.measure(firstRate, WARM_UP_SECONDS)
    const stepSeconds = Math.max(STEP_SECONDS, STEP_SECONDS_PER_SUBSCRIBER * subscribers)
    return await saturate(
      (rate) => broadcast.measure(rate, Math.max(stepSeconds, minSeconds(subscribers, rate))),
      firstRate,
    )
  })
  const { bounded, raw } = saturation
  const figures: Figures = {
    ...figuresOfMeasurement("steady", steady),
    ...(bounded !== undefined && figuresOfMeasurement("bounded", bounded)),
    ...figuresOfMeasurement("raw", raw),
    ...(subscribers >= MEMORY_FROM && { "memory.connection": memory }),
  }
  return { figures, details: saturation.steps }
}

/** A bit less than the same server reached before, in this run. */
function startOfSearch({ before }: Stage): number {
  const last = before.at(-1)?.figures
  const reached = last?.["bounded.rate"] ?? last?.["raw.rate"]
  return reached === undefined ? FIRST_RATE : 0.7 * reached
}

/** The latencies within the bound belong to different rates and are not compared. */
const searchFigures: readonly Figure[] = [
  ...figuresOf(`saturated, p99 under ${P99_BOUND} ms`, "bounded", [
    perSecond("deliveries"),
    cpuPer("delivery"),
    latency("p50", false),
    latency("p99", false),
    loadShare,
  ]),
  ...figuresOf("saturated, at any latency", "raw", [
    perSecond("deliveries"),
    cpuPer("delivery"),
    latency("p99", false),
    loadShare,
  ]),
]

const memoryFigures = figuresOf("memory", "memory", [memoryPerConnection])
