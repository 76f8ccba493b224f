// Text from outside (a call's paths and hosts, a payload's labels, a rule's words) made fit for one
// line that a person, a terminal, a log and the agent read. It must never let through what ends the
// line, moves a cursor, hides text or reorders it.

/** Control, format (bidi, zero width, tags), private, unassigned and surrogate characters; separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu
const ANY_UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u

/**
 * For people who judge what stands there: at most `most` UTF-16 code units of the text, what cannot
 * be printed written out as `\u{…}`, what is too long cut in the middle.
 */
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

/** Private and unassigned characters stay: a label may be newer than the Unicode of this machine. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu

/**
 * For labels and messages that must not grow: at most `most` UTF-16 code units in all, each run of
 * unfit characters one `mark`, the end cut off between code points.
 */
export const plainText = (text: string, most: number, mark = '\ufffd'): string =>
  endCut(text.slice(0, 4 * most).replace(UNFIT, mark), most)

const endCut = (text: string, most: number): string => {
  if (text.length <= most) return text
  const head = text.slice(0, most - 1)
  const lead = head.charCodeAt(head.length - 1)
  return `${lead >= 0xd800 && lead <= 0xdbff ? head.slice(0, -1) : head}\u2026`
}
