import { z } from "zod"

// The rows of a history file as they are read: a file is an edge, and its rows may be anything.

const time = z
  .number()
  .nullable()
  .transform((cell) => cell ?? Number.POSITIVE_INFINITY)

export const streamRow = z
  .object({
    epoch: z.string(),
    offset: z.int(),
    version: z.int(),
    version_epoch: z.string(),
    expires_at: time,
    forgotten_at: time,
  })
  .transform(({ version_epoch, expires_at, forgotten_at, ...head }) => ({
    ...head,
    versionEpoch: version_epoch,
    expiresAt: expires_at,
    forgottenAt: forgotten_at,
  }))

export const publicationRow = z.object({
  channel: z.string(),
  offset: z.int(),
  data: z.union([
    z.string(),
    z.instanceof(ArrayBuffer).transform((bytes) => new Uint8Array(bytes)),
    z.instanceof(Uint8Array),
  ]),
  info: z.string().nullable(),
  tags: z.string().nullable(),
})

export const keyRow = z
  .object({
    channel: z.string(),
    key: z.string(),
    offset: z.int().nullable(),
    epoch: z.string().nullable(),
    until: z.int(),
  })
  .transform(({ offset, epoch, ...at }) => ({
    ...at,
    result: {
      ...(offset !== null && epoch !== null && { position: { offset, epoch } }),
      isRepeated: false,
    },
  }))

export const invalidationRow = z
  .object({ user: z.string(), issued_before: z.number(), expire_at: z.number().nullable() })
  .transform(({ user, issued_before, expire_at }) => ({
    user,
    issuedBefore: issued_before,
    expireAt: expire_at ?? undefined,
  }))
