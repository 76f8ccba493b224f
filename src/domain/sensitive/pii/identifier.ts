// What the identifiers of states share: digits in a fixed grouping or whole, a check digit, and a word
// nearby where a check digit alone is too little. One place, so that each country is only its facts.
import { isMadeUp } from '../checksum.ts'
import { isBefore } from '../context.ts'
import { digitsOf } from '../characters.ts'
import { endOf, type Find } from '../recogniser.ts'
import { beginsNumber, endsNumber, isDeveloperNumber, isInRow } from '../veto.ts'

export interface NumberFacts {
  /** Sticky; the groupings that the number is written in. */
  readonly shape: RegExp
  readonly isValid: (digits: string) => boolean
  /** Words that say what the number is. */
  readonly words: RegExp
  /** A grouping nothing else has: believed without a word. Of the text as it stands. */
  readonly alone?: RegExp
}

export const findNumber =
  ({ shape, isValid, words, alone }: NumberFacts): Find =>
  (text, at) => {
    if (!beginsNumber(text, at)) return undefined
    const end = endOf(shape, text, at)
    if (end === -1 || !endsNumber(text, end)) return undefined
    const value = text.slice(at, end)
    const digits = digitsOf(value)
    if (isMadeUp(digits) || !isValid(digits)) return undefined
    if (isBefore(text, at, words)) return { start: at, end, score: 0.95 }
    if (isInRow(text, at, end)) return undefined
    if (alone === undefined || !alone.test(value) || isDeveloperNumber(text, at, end))
      return undefined
    return { start: at, end, score: 0.7 }
  }
