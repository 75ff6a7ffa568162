/** How long each step has, in milliseconds. */
const PATIENCE = 3_000

/** What a promise gives, unless it takes longer than a step may: then the error is thrown. */
export async function within<T>(promise: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), PATIENCE)
  })
  try {
    return await Promise.race([promise, end])
  } finally {
    clearTimeout(timer)
  }
}
