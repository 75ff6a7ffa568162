import { useEffect, useState } from "preact/hooks"
import { type Route, readRoute } from "./route.js"

/** What the address asks for now. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => setHash(location.hash)
    addEventListener("hashchange", follow)
    return () => removeEventListener("hashchange", follow)
  }, [])
  return readRoute(hash)
}
