import { Icon } from "../controls/icon.js"
import { hashOf, type Section, sections } from "../route.js"

/** The ways to the sections: at the side, and at the bottom of a phone. */
export function Navigation({ current }: { readonly current: Section }) {
  return (
    <nav class="navigation" aria-label="Sections">
      <ul>
        {sections.map(({ page, title }) => (
          <li key={page}>
            <a href={hashOf({ page })} aria-current={page === current ? "page" : undefined}>
              <Icon name={page} />
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
