import { InvalidArgumentError, Option } from "commander"

/** Said below the help of what heeds it. */
export const ENVIRONMENT = `
Environment:
  INSTANT_HOME    the folder of secrets and data (default: .instant)
  INSTANT_CONFIG  the file of the settings (default: instant.json in that folder)
  DATABASE_URL    the path of a SQLite file, or postgres://user:password@host:5432/name
                  (default: instant.sqlite in that folder)`

/** The option for the engine's configuration file. */
export function configFile(): Option {
  return new Option("-c, --config <file>", "the file").default("config.json")
}

/** Reads a port. */
export function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError("A port is a number from 0 to 65535.")
}

/** Reads a lifetime that ends. */
export function seconds(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError("A lifetime is a number of seconds, from 1.")
}

/** Reads a lifetime that may have no end. As in Centrifugo, -1 is for ever too. */
export function ttl(text: string): number {
  if (/^(-1|\d{1,9})$/.test(text)) return Math.max(0, Number(text))
  throw new InvalidArgumentError("A lifetime is a number of seconds, 0 for ever.")
}

/** Reads how many, or a place in a history. */
export function count(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError("It is a whole number, from 0.")
}

/** Reads a moment. */
export function date(text: string): Date {
  const moment = new Date(text)
  if (!Number.isNaN(moment.getTime())) return moment
  throw new InvalidArgumentError("A date is written as 2030-01-31T12:00Z.")
}
