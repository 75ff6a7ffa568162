import { z } from "zod"
import { MAX_GROUP_NAME } from "../accounts/group-store.js"

/** The most of a list that is answered at once. */
const MOST = 1_000

/** How many of a list are asked for. */
export const limit = z.coerce.number().int().min(1).max(MOST).default(100)

/** The names of groups. */
export const groups = z.array(
  z
    .string()
    .refine(
      (name) => name !== "" && name.length <= MAX_GROUP_NAME && name === name.trim(),
      `A group has a name of 1 to ${MAX_GROUP_NAME} characters, without spaces around`,
    ),
)
