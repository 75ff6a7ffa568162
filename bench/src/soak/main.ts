import { parseArgs } from "node:util"
import { readCount } from "../options.js"
import { asCount, asKilobytes, asPercent } from "../report/units.js"
import { ALLOWED_GROWTH, growthOf } from "./growth.js"
import { type Sample, soak } from "./soak.js"
import type { Counts } from "./visitor.js"

const USAGE = `Usage: npm run soak -- [options]

  --minutes N   how long (10 unless set)`

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "10" },
      help: { type: "boolean", short: "h", default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const minutes = readCount("--minutes", values.minutes)
  const samples: Sample[] = []
  const reasons = new Map<string, number>()
  const counts = await soak({
    minutes,
    onSample(sample, soFar) {
      samples.push(sample)
      console.log(sampleLine(sample, soFar))
    },
    onFailure(reason) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    },
  })
  console.log(
    Object.entries(counts)
      .map(([what, count]) => `${what} ${asCount(count)}`)
      .join(", "),
  )
  const growth = { rss: growthOf("rss", samples), heap: growthOf("heap", samples) }
  console.log(
    `Since the first minute: resident ${signed(growth.rss)}, heap ${signed(growth.heap)}.`,
  )
  for (const [reason, count] of reasons) fail(`${count} visitors failed: ${reason}`)
  if (Math.max(growth.rss, growth.heap) > ALLOWED_GROWTH) {
    fail(`Memory grew by more than ${asPercent(ALLOWED_GROWTH)}.`)
  }
}

function sampleLine({ seconds, rss, heap }: Sample, { visitors, publications }: Counts): string {
  return `${seconds} s: resident ${asKilobytes(rss)}, heap ${asKilobytes(heap)}, ${asCount(visitors)} visitors, ${asCount(publications)} publications`
}

function signed(share: number): string {
  return `${share < 0 ? "" : "+"}${asPercent(share)}`
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
