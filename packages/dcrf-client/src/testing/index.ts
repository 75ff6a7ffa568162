export { FakeDcrfServer, type FakeHandshake } from "./fake-dcrf-server.js"
export type { FakeHold } from "./fake-hold.js"
export type {
  FakeAction,
  FakeAnswer,
  FakeEvent,
  FakeObserver,
  FakePaging,
  FakePk,
  FakeReply,
  FakeRequest,
  FakeRow,
  FakeStream,
} from "./fake-stream.js"
export type { FakeSubscription } from "./fake-subscriptions.js"
