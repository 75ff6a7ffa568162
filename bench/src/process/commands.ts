import { z } from "zod"

/** What a child answers to a command: its value, if it has one, or what went wrong. */
export const answerSchema = z.union([
  z.object({ error: z.string() }),
  z.object({ value: z.unknown().optional() }),
])

/** What a child does with its parent's commands. */
export interface CommandHandler<Command> {
  readonly schema: z.ZodType<Command>
  /** Carries out one command; what it returns or throws, now or later, is the answer. */
  handle(command: Command): unknown
  /** The parent has gone: leave nothing running. The process ends afterwards. */
  leave?(): Promise<void>
}

/** Answers each command of the parent process with one message, until the parent goes. */
export function answerCommands<Command>(handler: CommandHandler<Command>): void {
  // Ctrl+C in a terminal reaches all processes: the parent ends of it, and the others as it goes.
  process.on("SIGINT", () => undefined)
  process.on("message", (message) => void answer(handler, message))
  process.on("disconnect", () => {
    void Promise.resolve(handler.leave?.()).finally(() => process.exit())
  })
}

async function answer<Command>(handler: CommandHandler<Command>, message: unknown): Promise<void> {
  try {
    process.send?.({ value: await handler.handle(handler.schema.parse(message)) })
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) })
  }
}
