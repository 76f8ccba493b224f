// What a sign of injection is: a phrase that speaks to the agent instead of about something, as data. A
// phrase is found by an anchor and read a bounded way from there; a weight says what it says alone.

export interface InjectionRule {
  readonly id: string
  /** 0 to 1. Signs near each other add up; from a half on the text counts as injection. */
  readonly weight: number
  /** Literals of lower case that a phrase begins with. */
  readonly anchors: ReadonlyArray<string>
  readonly pattern: RegExp
  /** The pattern is a phrase's, and looked for among small letters. */
  readonly inSmallLetters: boolean
  readonly examples: {
    readonly yes: ReadonlyArray<string>
    readonly no: ReadonlyArray<string>
  }
}

/** Beyond these, by the block: marks among the letters of a script nobody has to tell apart here. */
const EXACT = 0x700
const BLOCKS =
  '\\u0700-\\u1fff\\u2c00-\\u2dff\\u3041-\\ud7ff\\uf900-\\ufdff\\ufe70-\\ufefc\\uff10-\\uff19\\uff41-\\uffdc'

/** What `\p{…}` stands for among small letters, as ranges of a class. */
const ranges = (property: RegExp): string => {
  const escape = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`
  const is = (unit: number): boolean => {
    const char = String.fromCharCode(unit)
    return property.test(char) && char.toLowerCase() === char
  }
  let found = ''
  for (let from = 0; from < EXACT; from++) {
    if (!is(from)) continue
    let to = from
    while (to + 1 < EXACT && is(to + 1)) to++
    found += `${escape(from)}-${escape(to)}`
    from = to
  }
  return found
}

const LETTERS = ranges(/\p{L}/u) + BLOCKS
const NUMBERS = ranges(/\p{N}/u)

/** Between words: spaces, marks, quotes, and what formats text. */
const GAP = '(?:[^\\p{L}\\p{N}]{1,4})'
const WORD = '[\\p{L}\\p{N}]{1,24}'

/** Long lists are broken over lines; the breaks and what indents the next line are not of them. */
const unwrapped = (source: string): string => source.replaceAll(/\n\s*/g, '')

/**
 * A phrase's pattern, from its words: a space is any gap between words, `~3` up to three words of any
 * kind. Bounded by construction: words and gaps have no character in common. The text is given to it in
 * small letters: with the flags `i` and `u`, and `\p{L}` as it stands, the engine takes a second to
 * compile them all, and again whenever it has forgotten them.
 */
export const phrase = (source: string): RegExp =>
  new RegExp(
    inSmallLetters(
      unwrapped(source)
        .replaceAll(/~(\d) ?/g, `(?:${WORD}${GAP}){0,$1}`)
        .replaceAll(' ', GAP),
    ),
    'y',
  )

const inSmallLetters = (source: string): string => {
  let isInClass = false
  return source.replaceAll(/\\p\{[LN]\}|\\.|[[\]]|[^\\[\]]+/gu, (part) => {
    if (part === '[') isInClass = true
    else if (part === ']') isInClass = false
    else if (part.startsWith('\\p')) {
      const set = part === '\\p{L}' ? LETTERS : NUMBERS
      return isInClass ? set : `[${set}]`
    }
    return part.startsWith('\\') ? part : part.toLowerCase()
  })
}

/** What phrases are looked for in: every unit is where it was. */
export const smallLetters = (text: string): string =>
  text.replaceAll(/[\u0130\u017f]/g, (unit) => (unit === '\u0130' ? 'i' : 's')).toLowerCase()

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
  inSmallLetters: !pattern.unicode,
  examples: { yes: facts.yes, no: facts.no ?? [] },
})
