export type { ListState, Live, RowState } from "./live-state.js"
export { createStore, type LiveList, type LiveRow, type Store, type Writes } from "./store.js"
export type { StoreOptions, StreamOptions } from "./store-options.js"
export type { ListActions } from "./watch.js"
