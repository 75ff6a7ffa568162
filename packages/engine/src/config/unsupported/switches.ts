/** Off unless `type` says otherwise. */
export const memoryOnly = { type: ["memory"] } as const

/** Off unless it is enabled. */
export const notEnabled = { enabled: [false] } as const
