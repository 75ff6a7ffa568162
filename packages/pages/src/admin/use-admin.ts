import { createContext } from "preact"
import { useContext } from "preact/hooks"
import type { AdminSession } from "./admin-session.js"

/** Hands the session down to every section. */
export const AdminContext = createContext<AdminSession | undefined>(undefined)

/** The session of the page. @throws Error outside of {@link AdminContext}. */
export function useAdmin(): AdminSession {
  const session = useContext(AdminContext)
  if (session === undefined) throw new Error("There is no AdminContext around this component")
  return session
}
