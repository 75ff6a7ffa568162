/** What values a setting takes. */
export interface Kind {
  /** What is said of a value that is none. */
  readonly words: string
  /** The value that a text stands for, on the command line or in the environment; the text itself if it is none. */
  fromText(text: string): unknown
  /** Whether a value is of this kind. */
  accepts(value: unknown): boolean
}

/** The kinds of settings. */
export const kinds = {
  text: {
    words: "must be a text that is not empty",
    fromText: (text) => text,
    accepts: (value) => typeof value === "string" && value !== "",
  },
  number: { words: "must be a whole number", fromText: wholeNumber, accepts: Number.isSafeInteger },
  port: {
    words: "must be a port: a number from 0 to 65535",
    fromText: wholeNumber,
    accepts: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
  },
  yesOrNo: {
    words: "must be true or false",
    fromText: (text) => (text === "true" ? true : text === "false" ? false : text),
    accepts: (value) => typeof value === "boolean",
  },
  list: {
    words: "must be a list of texts",
    fromText: (text) => text.split(/\s+/).filter((part) => part !== ""),
    accepts: (value) => Array.isArray(value) && value.every((part) => typeof part === "string"),
  },
  logLevel: choice("trace", "debug", "info", "warn", "error", "fatal", "silent"),
  delivery: choice("dispatch", "off"),
  envelope: choice("object", "string"),
  object: { words: "must be a JSON object", fromText: json, accepts: isObject },
} as const satisfies Record<string, Kind>

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function choice(...words: readonly string[]): Kind {
  return {
    words: `must be one of ${words.join(", ")}`,
    fromText: (text) => text,
    accepts: (value) => words.some((word) => word === value),
  }
}

function wholeNumber(text: string): unknown {
  return /^\d{1,15}$/.test(text) ? Number(text) : text
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
