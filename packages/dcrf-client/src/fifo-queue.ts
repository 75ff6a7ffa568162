import type { SendQueue } from "./replaceable-parts.js"

/** First in, first out, without bounds. */
export class FifoQueue implements SendQueue {
  /** What waits. */
  queue: string[] = []
  /** Sends without queueing; -1 until it is initialized. */
  sendNow: (text: string) => number | undefined = () => -1
  /** Whether a text can be sent now. */
  canSend: () => boolean = () => false

  initialize(sendNow: (text: string) => number | undefined, canSend: () => boolean): void {
    this.sendNow = sendNow
    this.canSend = canSend
  }

  send(text: string): number | undefined {
    if (this.canSend()) return this.sendNow(text)
    this.queueMessage(text)
    return -1
  }

  queueMessage(text: string): boolean {
    this.queue.push(text)
    return true
  }

  processQueue(): number {
    const texts = this.queue
    this.queue = []
    for (const text of texts) this.sendNow(text)
    return texts.length
  }

  remove(text: string): void {
    this.queue = this.queue.filter((other) => other !== text)
  }
}
