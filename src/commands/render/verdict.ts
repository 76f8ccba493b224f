// The words of a decision, coloured alike wherever they stand.
import type { Verdict } from '../../domain/policy/verdict.ts'
import type { Style, StyleName } from '../terminal/style.ts'

const COLOUR: Record<Verdict, StyleName> = { permit: 'green', defer: 'yellow', deny: 'red' }

export const isVerdict = (text: string): text is Verdict => Object.hasOwn(COLOUR, text)

/** A verdict in its colour, padded before it is coloured; a shadow verdict is dimmed. */
export const verdictWord = (
  verdict: Verdict,
  style: Style,
  { width = 0, shadow = false }: { readonly width?: number; readonly shadow?: boolean } = {},
): string => {
  const text = verdict.padEnd(width)
  return shadow ? style.dim(style[COLOUR[verdict]](text)) : style[COLOUR[verdict]](text)
}

/** As a heading. */
export const verdictTitle = (verdict: Verdict, style: Style): string =>
  style.coloured
    ? style.inverse(style.bold(style[COLOUR[verdict]](` ${verdict.toUpperCase()} `)))
    : verdict.toUpperCase()
