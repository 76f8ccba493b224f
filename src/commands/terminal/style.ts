// Colour for a terminal, or none: a style is a set of functions from text to text. Text is made safe
// before it is styled (printed.ts), never after.

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  underline: [4, 24],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const

export type StyleName = keyof typeof CODES
export type Style = Readonly<Record<StyleName, (text: string) => string>> & {
  readonly coloured: boolean
}

const styleOf = (coloured: boolean): Style => ({
  ...(Object.fromEntries(
    Object.entries(CODES).map(([name, [on, off]]) => [
      name,
      coloured
        ? (text: string) => (text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`)
        : (text: string) => text,
    ]),
  ) as Record<StyleName, (text: string) => string>),
  coloured,
})

export const PLAIN: Style = styleOf(false)
export const COLOURED: Style = styleOf(true)

/**
 * Whether to colour what goes to a stream. NO_COLOR (no-color.org) wins when it is not empty, then
 * FORCE_COLOR; otherwise a terminal that is not `dumb` is coloured.
 */
export const styleFor = (
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style => {
  if ((env['NO_COLOR'] ?? '') !== '') return PLAIN
  const forced = env['FORCE_COLOR']
  if (forced !== undefined && forced !== '')
    return forced === '0' || forced === 'false' ? PLAIN : COLOURED
  return stream.isTTY === true && env['TERM'] !== 'dumb' ? COLOURED : PLAIN
}
