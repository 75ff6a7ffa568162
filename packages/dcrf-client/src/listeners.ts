/** Takes a listener off again. A second call does nothing. */
export type Off = () => void
