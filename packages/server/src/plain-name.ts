/**
 * Whether a name holds no control characters and no halves of characters. What SQLite has kept is read up to
 * its first NUL alone, and what can't be written in UTF-8 is kept as another name.
 */
export function isPlain(name: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(name)
}
