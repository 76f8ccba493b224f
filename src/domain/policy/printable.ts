// Text that comes from a call (a path, a host, a program's name), made fit for one line that a
// person, a terminal and the agent read: nothing in it can end the line, move a cursor, hide or
// reverse what follows.

/** Control, format (bidi, zero width), unassigned and surrogate characters, and line separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu
const ANY_UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u

/** At most `most` characters: what cannot be printed as `\u{…}`, what is too long cut in the middle. */
export const printable = (text: string, most: number): string => {
  const cut = text.length > most ? middleCut(text, most) : text
  return ANY_UNPRINTABLE.test(cut)
    ? cut.replace(UNPRINTABLE, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`)
    : cut
}

const middleCut = (text: string, most: number): string => {
  const head = Math.ceil((most - 1) / 2)
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`
}
