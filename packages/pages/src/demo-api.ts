/** One of the ready-made people. */
export interface Person {
  readonly name: string
  readonly password: string
  /** The demo's channels that this person sees. */
  readonly sees: readonly string[]
}

/** What the page asks first. */
export interface DemoInfo {
  /** Who is signed in with this browser; null for nobody. */
  readonly user: string | null
  readonly people: readonly Person[]
  /** The demo's own channels, in the order in which the page shows them. */
  readonly channels: readonly string[]
}

/** The server refuses, or can't be reached. The message is for the visitor. */
export class DemoError extends Error {
  override readonly name = "DemoError"
}

/**
 * Who is signed in, and who can be.
 * @throws DemoError when the server doesn't answer.
 */
export async function fetchDemo(): Promise<DemoInfo> {
  const response = await request("/demo/session")
  return response.json()
}

/**
 * Says something in a channel.
 * @throws DemoError with the server's reason.
 */
export async function say(channel: string, text: string): Promise<void> {
  await request("/demo/say", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ channel, text }),
  })
}

/**
 * A request for nothing, which everybody sees in `hits`.
 * @throws DemoError when the server doesn't answer.
 */
export async function ping(): Promise<void> {
  await request("/demo/ping")
}

async function request(path: string, init?: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch (cause) {
    throw new DemoError("The server does not answer. Is it running?", { cause })
  }
  if (!response.ok) throw new DemoError(await reason(response))
  return response
}

async function reason(response: Response): Promise<string> {
  try {
    const refusal: { readonly error: { readonly message: string } } = await response.json()
    return refusal.error.message
  } catch {
    return `The server answered ${response.status} ${response.statusText}`.trim()
  }
}
