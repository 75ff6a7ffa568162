/** The sign and the name. */
export function Brand() {
  return (
    <p class="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="9" />
        <path d="M18.2 5.5 8.6 18.1h5.9l-1.2 8.4 9.8-12.9h-6.1z" />
      </svg>
      <span class="brand-name">Instant</span>
    </p>
  )
}
