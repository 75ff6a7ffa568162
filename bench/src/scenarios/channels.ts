import { asCount } from "../report/units.js"
import { withBroadcast } from "../stage/broadcast.js"
import { type Contestant, hostOf, oursOnDisk } from "../stage/contestants.js"
import type { Case, Measured, Scenario, Stage } from "./scenario.js"
import { figuresOfMeasurement, measureSteady, steadyFigures } from "./steady.js"

/** So many channels with so many subscribers each, which publications go round in turn. */
interface Spread {
  readonly channels: number
  readonly perChannel: number
  /** Deliveries a second. */
  readonly rate: number
  /** Whether every server gets its publications over its HTTP API, from another process. */
  readonly overApi: boolean
}

/** Many channels with a few subscribers each. */
export const channels: Scenario = {
  name: "channels",
  cases: ({ quick }) => [
    caseOf({ channels: quick ? 200 : 1_000, perChannel: 10, rate: 20_000, overApi: false }),
  ],
}

/** Channels with one subscriber each, as those of users are. */
export const oneToOne: Scenario = {
  name: "one-to-one",
  cases: () => {
    const spread = { channels: 1_000, perChannel: 1, rate: 5_000 }
    return [caseOf({ ...spread, overApi: false }), caseOf({ ...spread, overApi: true })]
  },
}

function caseOf(spread: Spread): Case {
  return {
    title: titleOf(spread),
    figures: steadyFigures(spread.rate),
    suits: (contestant) =>
      contestant !== oursOnDisk && (!spread.overApi || contestant.program !== undefined),
    measure: (contestant, stage) => measure(spread, contestant, stage),
  }
}

function titleOf({ channels, perChannel, overApi }: Spread): string {
  const each = perChannel === 1 ? "a subscriber" : `${perChannel} subscribers`
  return `${asCount(channels)} channels of ${each}${overApi ? ", published over the HTTP API" : ""}`
}

function measure(
  { channels, perChannel, rate, overApi }: Spread,
  contestant: Contestant,
  { placement }: Stage,
): Promise<Measured> {
  const { program } = contestant
  const options = {
    contestant,
    subscribers: channels * perChannel,
    channels,
    placement,
    ...(overApi && program !== undefined && { host: hostOf(program) }),
  }
  return withBroadcast(options, async (broadcast) => ({
    figures: figuresOfMeasurement("steady", await measureSteady(broadcast, perChannel, rate)),
  }))
}
