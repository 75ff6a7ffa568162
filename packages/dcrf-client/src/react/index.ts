"use client"

export {
  createHooks,
  type Hooks,
  type Thing,
  type Things,
  useList,
  useStatus,
  useThing,
} from "./hooks.js"
export { DcrfProvider, type DcrfProviderProps, useStore } from "./store-context.js"
