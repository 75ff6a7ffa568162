/** A value that was scraped. */
interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What an engine says of itself to Prometheus, read from the text format. */
export class Scrape {
  /** The type of each figure. */
  readonly types = new Map<string, string>()
  readonly samples: readonly Sample[]

  constructor(text: string) {
    const lines = text.split("\n")
    for (const line of lines) {
      const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? []
      if (name !== undefined && type !== undefined) this.types.set(name, type)
    }
    this.samples = lines.filter((line) => line !== "" && !line.startsWith("#")).map(sampleOf)
  }

  /** Scrapes the engine at `url`. */
  static async of(url: string): Promise<Scrape> {
    const response = await fetch(`${url}/metrics`)
    if (!response.ok) throw new Error(`metrics were answered with status ${response.status}`)
    return new Scrape(await response.text())
  }

  /** The sum of a figure's values that have these labels. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.samples
      .filter((sample) => sample.name === name)
      .filter((sample) =>
        Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
      )
      .reduce((sum, sample) => sum + sample.value, 0)
  }

  /** The values of a figure that has one label, by it. */
  by(name: string, label: string): Readonly<Record<string, number>> {
    const samples = this.samples.filter((sample) => sample.name === name)
    return Object.fromEntries(samples.map(({ labels, value }) => [labels[label] ?? "", value]))
  }

  /** What a figure is told apart by; undefined when it has no value yet. */
  labelsOf(figure: string): readonly string[] | undefined {
    const names = [figure, `${figure}_count`]
    const sample = this.samples.find(({ name }) => names.includes(name))
    return sample && Object.keys(sample.labels).sort()
  }
}

function sampleOf(line: string): Sample {
  const [, name = "", labels = "", value = ""] = /^([^{ ]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  const pairs = [...labels.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, key, text]) => [key, text])
  return { name, labels: Object.fromEntries(pairs), value: Number(value) }
}
