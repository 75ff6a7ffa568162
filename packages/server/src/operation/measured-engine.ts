import type { EngineLink } from "../engine/engine-link.js"
import type { PublishTimes } from "./publish-times.js"

/** The same link, which counts how long its publications take: several at once as long as all of them. */
export function measuredEngine(engine: EngineLink, times: PublishTimes): EngineLink {
  const timed = async <T>(publications: number, publish: () => Promise<T>): Promise<T> => {
    const begun = performance.now()
    const result = await publish()
    times.add(performance.now() - begun, publications)
    return result
  }
  return {
    ...engine,
    publish: (publication) => timed(1, () => engine.publish(publication)),
    publishMany: (publications) =>
      timed(publications.length, () => engine.publishMany(publications)),
  }
}
