import type { DiskStore } from "../broker/disk/disk-store.js"
import type { Invalidation, InvalidationStore } from "./invalidations.js"

/** Keeps invalidations beside the history, in its file. */
export class DiskInvalidations implements InvalidationStore {
  readonly #store: DiskStore

  constructor(store: DiskStore) {
    this.#store = store
  }

  save(user: string, { issuedBefore, expireAt }: Invalidation): Promise<void> {
    return this.#store.invalidate({ user, issuedBefore, expireAt })
  }

  async load(): Promise<Iterable<readonly [user: string, invalidation: Invalidation]>> {
    const { invalidations } = await this.#store.opened
    return invalidations.map(({ user, ...held }) => [user, held])
  }
}
