import type { EngineLink, Publication } from "./engine-link.js"

/** The same link, which has clients get each publication as a text of JSON. */
export function textEnvelopes(engine: EngineLink): EngineLink {
  return {
    ...engine,
    publish: (publication) => engine.publish(asText(publication)),
    publishMany: (publications) => engine.publishMany(publications.map(asText)),
  }
}

function asText(publication: Publication): Publication {
  return { ...publication, data: JSON.stringify(publication.data) }
}
