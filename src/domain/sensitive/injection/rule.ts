// What a sign of injection is: a phrase that speaks to the agent instead of about something, as data. A
// phrase is found by an anchor and read a bounded way from there; a weight says what it says alone.

export interface InjectionRule {
  readonly id: string
  /** 0 to 1. Signs near each other add up; from a half on the text counts as injection. */
  readonly weight: number
  /** Literals of lower case that a phrase begins with. */
  readonly anchors: ReadonlyArray<string>
  readonly pattern: RegExp
  readonly examples: {
    readonly yes: ReadonlyArray<string>
    readonly no: ReadonlyArray<string>
  }
}

/** Between words: spaces, marks, quotes, and what formats text. */
const GAP = '(?:[^\\p{L}\\p{N}]{1,4})'
const WORD = '[\\p{L}\\p{N}]{1,24}'

/** Long lists are broken over lines; the breaks and what indents the next line are not of them. */
const unwrapped = (source: string): string => source.replaceAll(/\n\s*/g, '')

/**
 * A phrase's pattern, from its words: a space is any gap between words, `~3` up to three words of any
 * kind. Bounded by construction: words and gaps have no character in common.
 */
export const phrase = (source: string): RegExp =>
  new RegExp(
    unwrapped(source)
      .replaceAll(/~(\d) ?/g, `(?:${WORD}${GAP}){0,$1}`)
      .replaceAll(' ', GAP),
    'iuy',
  )

export interface RuleFacts {
  readonly weight: number
  readonly anchors: string | ReadonlyArray<string>
  readonly yes: ReadonlyArray<string>
  readonly no?: ReadonlyArray<string>
}

/** `anchors` are separated by `|`; in a list of their own where they hold one. */
export const rule = (id: string, pattern: RegExp, facts: RuleFacts): InjectionRule => ({
  id,
  weight: facts.weight,
  anchors: typeof facts.anchors === 'string' ? unwrapped(facts.anchors).split('|') : facts.anchors,
  pattern,
  examples: { yes: facts.yes, no: facts.no ?? [] },
})
