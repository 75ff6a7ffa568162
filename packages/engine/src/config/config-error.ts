/** One thing that is wrong in a configuration. */
export interface Mistake {
  /** Where, as `channel.namespaces[0].name`. */
  readonly key: string
  /** What is wrong there, and what to do. */
  readonly problem: string
}

/** A configuration asks for what it can't have; the message names every mistake. */
export class ConfigError extends Error {
  override readonly name = "ConfigError"
  /** Every mistake, in the order of the configuration. */
  readonly mistakes: readonly Mistake[]

  constructor(mistakes: readonly Mistake[], hint?: string) {
    const lines = mistakes.map(({ key, problem }) => `- ${key}: ${problem}`)
    const end = hint === undefined ? [] : [hint]
    super(["The engine's configuration is wrong:", ...lines, ...end].join("\n"))
    this.mistakes = mistakes
  }
}
