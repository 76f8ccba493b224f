// Text from outside (payloads, paths, an agent's command) as it may be put on a terminal: an escape
// sequence in it would move the cursor, hide lines or answer for the person.
import { printable } from '../../domain/oneLine.ts'

/** Longest text shown in one piece where nothing else bounds it. */
const MOST = 2000

/** One line; what cannot be printed is written out as `\u{1b}`, what is too long is cut in the middle. */
export const printed = (text: string, most: number = MOST): string => printable(text, most)

/** Several lines: line breaks and tabs stay what they are, everything else is made printable. */
export const printedLines = (text: string, mostLines: number): ReadonlyArray<string> => {
  const lines = text.split('\n', mostLines + 1)
  const shown = lines.slice(0, mostLines).map((line) => printed(line.replaceAll('\t', '    ')))
  return lines.length > mostLines ? [...shown, '…'] : shown
}
