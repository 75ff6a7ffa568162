import { setTimeout } from "node:timers/promises"
import { answerCommands } from "../../../bench/src/process/commands.js"
import { type Attack, attacks } from "./attacks.js"
import { type AttackCommand, attackCommand } from "./commands.js"

/** So many are begun at a time. */
const AT_ONCE = 50

/** All the attackers of this process. */
class Attackers {
  #attacks: Attack[] = []
  #outcomes = new Map<string, number>()

  async begin({ kind, count, ...victim }: Extract<AttackCommand, { do: "begin" }>): Promise<void> {
    const begun: Attack[] = []
    const outcomes = new Map<string, number>()
    const add = (outcome: string): void => {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    let left = count
    const beginInTurn = async (): Promise<void> => {
      while (left-- > 0) {
        try {
          const attack = await attacks[kind](victim)
          begun.push(attack)
          void attack.ended.then(add)
        } catch (error) {
          add(error instanceof Error ? error.message : String(error))
        }
      }
    }
    this.#attacks = begun
    this.#outcomes = outcomes
    await Promise.all(Array.from({ length: AT_ONCE }, beginInTurn))
  }

  /** Leaves the server some time to end them, and ends the others. */
  async end({ patience }: Extract<AttackCommand, { do: "end" }>) {
    const all = Promise.all(this.#attacks.map(({ ended }) => ended))
    const isOver = new AbortController()
    const late = setTimeout(patience, undefined, { signal: isOver.signal }).catch(() => {})
    await Promise.race([all, late])
    isOver.abort()
    const outcomes = Object.fromEntries(this.#outcomes)
    for (const attack of this.#attacks) attack.stop()
    return outcomes
  }
}

const attackers = new Attackers()

answerCommands({
  schema: attackCommand,
  handle(command) {
    return command.do === "begin" ? attackers.begin(command) : attackers.end(command)
  },
})
