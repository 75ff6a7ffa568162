import { z } from "zod"
import { GROUP_NAME, isGroupName } from "../accounts/group-store.js"

/** The most of a list that is answered at once. */
const MOST = 1_000

/** How many of a list are asked for. */
export const limit = z.coerce.number().int().min(1).max(MOST).default(100)

/** The names of groups. */
export const groups = z.array(z.string().refine(isGroupName, `A group has a name of ${GROUP_NAME}`))
