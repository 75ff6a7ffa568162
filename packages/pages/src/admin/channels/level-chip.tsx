import type { Level } from "../api/answers.js"

const meanings = {
  public: "Everyone who has a token",
  users: "Who is signed in",
  groups: "Members of its groups",
  staff: "Staff",
  superuser: "Superusers",
} as const satisfies Record<Level, string>

/** Who may see a channel. */
export function LevelChip({ level }: { readonly level: Level }) {
  return (
    <span class="chip level" data-level={level} title={meanings[level]}>
      {level}
    </span>
  )
}

/** Who may see channels of a level, in words. */
export function meaningOf(level: Level): string {
  return meanings[level]
}
