/** How long anything may take before a test fails, in milliseconds. */
const DEADLINE = 10_000

/** Waits for what must come; fails when it doesn't. */
export async function withDeadline<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} didn't come in time`)), DEADLINE)
  })
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}
