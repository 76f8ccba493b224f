// Text from outside made fit for one line of a terminal, a log or a message to the model. It must
// never let through what moves a cursor, hides text, reorders it or starts another line.

/** Controls, format characters (bidirectional overrides, zero widths, tags), separators, surrogates. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu

/** Cuts to at most `most` UTF-16 code units, between code points, with an ellipsis where cut. */
const cut = (text: string, most: number): string => {
  if (text.length <= most) return text
  const head = text.slice(0, most - 1)
  const lead = head.charCodeAt(head.length - 1)
  return `${lead >= 0xd800 && lead <= 0xdbff ? head.slice(0, -1) : head}\u2026`
}

/** One line of at most `most` UTF-16 code units; each run of unfit characters becomes one `mark`. */
export const plainText = (text: string, most: number, mark = '\ufffd'): string =>
  cut(text.slice(0, 4 * most).replace(UNFIT, mark), most)
