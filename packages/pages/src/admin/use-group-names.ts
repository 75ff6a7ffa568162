import { useAdmin } from "./use-admin.js"
import { useResource } from "./use-resource.js"

/** The names of the groups that there are; none while they aren't known. */
export function useGroupNames(): readonly string[] {
  const { api } = useAdmin()
  const groups = useResource(() => api.groups())
  return groups.value?.map(({ name }) => name) ?? []
}
