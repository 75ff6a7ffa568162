export {
  type Composables,
  createComposables,
  type Thing,
  type Things,
  useList,
  useStatus,
  useThing,
} from "./composables.js"
export { createDcrf, provideDcrf, useStore } from "./store-injection.js"
