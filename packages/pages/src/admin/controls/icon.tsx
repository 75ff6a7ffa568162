const paths = {
  overview: "M3 13.5h4l2.5-7 4 11 2.5-6h5",
  channels: "M9.5 4 7 20M17 4l-2.5 16M4.5 9.5h15M4 15h15",
  users:
    "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.5M16 5a3.2 3.2 0 0 1 0 6.2M18.5 15c1.8.8 2.8 2.5 3 5",
  connections:
    "M9.5 14.5 14.5 9.5M8 11 5.5 13.5a3.5 3.5 0 0 0 5 5L13 16M11 8l2.5-2.5a3.5 3.5 0 0 1 5 5L16 13",
  outbox:
    "M4 13v5a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 18v-5h-5l-1.5 2.5h-3L9 13H4ZM12 10V3.5M9 6l3-2.8L15 6",
  audit: "M6.5 3.5h11v17l-2.8-1.8L12 20.5l-2.7-1.8-2.8 1.8v-17ZM9.5 8h5M9.5 12h5",
} as const

/** The names of the icons. */
export type IconName = keyof typeof paths

/** A line drawing beside words that say the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
