import type { Off } from "../emitter.js"

/** An endpoint below `/instant/`. */
export type FakeEndpoint = "login/" | "get_token/" | "subscribe/" | "logout/"

/** A method of the realtime protocol. */
export type FakeMethod =
  | "connect"
  | "subscribe"
  | "unsubscribe"
  | "refresh"
  | "sub_refresh"
  | "publish"
  | "history"
  | "presence"
  | "presence_stats"
  | "rpc"

/** What an endpoint is made to answer. */
export interface FakeResponse {
  /** The HTTP status. */
  readonly status: number
  /** A text goes as it is, anything else as JSON. @default nothing */
  readonly body?: unknown
}

/** What a command is made to answer. */
export type FakeReply =
  | {
      /** The command is refused; it is tried again when the error is `temporary`, or the code is 109. */
      readonly error: {
        readonly code: number
        readonly message: string
        readonly temporary?: boolean
      }
    }
  | {
      /** The command succeeds with this. */
      readonly result: object
    }
  | {
      /** The server pushes something and leaves the command unanswered. */
      readonly push: object
    }
  | {
      /** The server ends the connection. */
      readonly close: { readonly code: number; readonly reason: string }
    }

/** No answer at all. */
export type Silence = "silence"

/** What is answered otherwise than a server would by itself. */
export class Answers {
  readonly #answers = new Map<string, FakeResponse | FakeReply | Silence>()

  /** `what` is an endpoint, a method, or a method with a channel. What it returns ends it. */
  put(what: string, answer: FakeResponse | FakeReply | Silence): Off {
    this.#answers.set(what, answer)
    return () => {
      // Unless another has taken its place.
      if (this.#answers.get(what) === answer) this.#answers.delete(what)
    }
  }

  ofEndpoint(endpoint: FakeEndpoint): FakeResponse | Silence | undefined {
    const answer = this.#answers.get(endpoint)
    return answer === "silence" || isResponse(answer) ? answer : undefined
  }

  ofCommand(method: string, channel: string): FakeReply | Silence | undefined {
    const answer = this.#answers.get(`${method}:${channel}`) ?? this.#answers.get(method)
    return isResponse(answer) ? undefined : answer
  }
}

function isResponse(
  answer: FakeResponse | FakeReply | Silence | undefined,
): answer is FakeResponse {
  return typeof answer === "object" && "status" in answer
}
