import { useEffect, useState } from "preact/hooks"

const dark = window.matchMedia("(prefers-color-scheme: dark)")

/** What the visitor prefers now. */
export function useColorScheme(): "dark" | "light" {
  const [scheme, setScheme] = useState(current)
  useEffect(() => {
    const follow = () => setScheme(current())
    dark.addEventListener("change", follow)
    return () => dark.removeEventListener("change", follow)
  }, [])
  return scheme
}

function current(): "dark" | "light" {
  return dark.matches ? "dark" : "light"
}
