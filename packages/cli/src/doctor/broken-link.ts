import { CliError } from "../cli-error.js"

/** The links of an event's way, in their order. The exit code of a broken one is 10 and its place. */
export const links = [
  "config",
  "database",
  "engine API",
  "token",
  "socket",
  "subscribe",
  "publish",
  "receive",
] as const

/** A link of an event's way. */
export type Link = (typeof links)[number]

const FIRST_CODE = 10

/** A link is broken; the message says what was found there, and what to do. */
export class BrokenLink extends CliError {
  override readonly exitCode: number

  constructor(link: Link, message: string, options?: ErrorOptions) {
    super(`${link} is broken: ${message}`, options)
    this.exitCode = FIRST_CODE + links.indexOf(link)
  }
}
