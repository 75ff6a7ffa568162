/** What is on its way between clients and fake servers, in the order in which it was sent. */
const underway: (() => void)[] = []
let channel: MessageChannel | undefined

/** How many turns without anything underway count as rest: a body that is read takes some of its own. */
const CALM = 3

/**
 * Runs a task in a turn of the event loop of its own, after those that were asked for before: as what
 * comes from a network does. No timer is involved, so that it also runs while a clock stands still.
 */
export function inTurn(task: () => void): void {
  post(() => underway.push(task))
}

/** Resolves in a turn of its own. */
export function turn(): Promise<void> {
  return new Promise((resolve) => inTurn(resolve))
}

/** Resolves when what was set off has run so far as it needs no turn: before all that is underway. */
export function breath(): Promise<void> {
  return new Promise((resolve) => post(() => underway.unshift(resolve)))
}

/** Resolves when nothing is underway any more, and what it has set off is at rest. */
export async function atRest(): Promise<void> {
  for (let calm = 0; calm < CALM; calm = underway.length === 0 ? calm + 1 : 0) await turn()
}

/** Each message that comes runs one task. */
function post(enqueue: () => void): void {
  enqueue()
  channel ??= open()
  channel.port2.postMessage(null)
}

function open(): MessageChannel {
  const opened = new MessageChannel()
  opened.port1.onmessage = next
  return opened
}

function next(): void {
  const task = underway.shift()
  if (underway.length === 0) {
    // An open port would keep Node from ending.
    channel?.port1.close()
    channel = undefined
  }
  task?.()
}
