// Where the verbs of a command line stand: which of its words are surely words of the command, which may
// be values of options that are not known here, and which of them decides.
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { type Deed, verbIn, type VerbWord } from './verbWords.ts'

const WORDS = 6

export interface Words {
  /** In order, colons split: `apps:destroy` is two. Up to the first unknown one. */
  readonly known: ReadonlyArray<string>
  /** So many of them stand before any option that might take a value. */
  readonly sure: number
  /** Those that may be the value of an option that is not known here. */
  readonly doubtful: ReadonlySet<number>
  readonly cut: boolean
}

/** Options that take no value in any program. */
const BARE_OPTION =
  /^--?(?:no-[\w-]+|debug|verbose|quiet|silent|yes|force|json|all|help|dry-?run|recursive|insecure|auto-approve|confirm|wait|watch|follow)$/

export const wordsOf = (call: ProgramCall): Words => {
  const known: Array<string> = []
  const doubtful = new Set<number>()
  let sure: number | undefined
  for (const word of call.operands) {
    if (known.length >= WORDS) break
    const before = call.args[call.args.indexOf(word) - 1]
    const option =
      before !== undefined &&
      before.text.startsWith('-') &&
      !before.text.includes('=') &&
      !call.values.some(({ value }) => value === before)
    if (option) {
      sure ??= known.length
      if (!BARE_OPTION.test(before.text)) doubtful.add(known.length)
    }
    const text = textOf(word)
    if (text === undefined) return { known, sure: sure ?? known.length, doubtful, cut: true }
    known.push(...(text.length > 80 ? [text] : text.split(':').filter((part) => part !== '')))
  }
  return { known, sure: sure ?? known.length, doubtful, cut: false }
}

export interface Judgement {
  readonly deed: Deed
  /** The words that named the thing, up to the verb. */
  readonly words: ReadonlyArray<string>
  readonly verb: string
}

/**
 * The first plain verb decides, and what stands after it is its argument; but a loss that follows a
 * look by one word is one (`lists delete`). Weak words decide where no plain one is found, and a word
 * that may be an option's value only makes things graver.
 */
export const verbsIn = ({ known, sure, doubtful }: Words): Judgement | undefined => {
  let weak: Judgement | undefined
  let perhaps: Judgement | undefined
  const tentative = (at: number, { deed }: VerbWord): void => {
    if (weak === undefined || GRAVITY[deed] >= GRAVITY[weak.deed])
      weak = { deed, words: known.slice(0, at + 1), verb: known[at]! }
  }
  for (const [at, word] of known.entries()) {
    const verb = verbIn(word)
    if (verb === undefined) continue
    const plain = !verb.weak && !verb.compound
    const grave = !verb.weak && verb.deed !== 'looks'
    if (doubtful.has(at)) {
      if (grave) tentative(at, verb)
      else if (plain) perhaps ??= { deed: 'looks', words: known.slice(0, at + 1), verb: word }
      continue
    }
    const late = at >= sure && weak !== undefined
    // `failover-group list`: a change with its object may be a thing too, as long as a verb follows.
    if (verb.weak || late || (verb.compound && verb.deed === 'changes')) {
      if (!late || grave) tentative(at, verb)
      continue
    }
    const next = known[at + 1]
    const after =
      verb.deed === 'looks' && next !== undefined && at + 1 < sure ? verbIn(next) : undefined
    if (after?.deed === 'destroys' && !after.compound && !after.weak)
      return { deed: 'destroys', words: known.slice(0, at + 2), verb: next! }
    return { deed: verb.deed, words: known.slice(0, at + 1), verb: word }
  }
  return weak ?? perhaps
}

const GRAVITY: Record<Deed, number> = { looks: 0, changes: 1, destroys: 2 }

/** `--list`, `--describe`, `--delete`: tools whose options are their verbs. */
export const flagVerb = (call: ProgramCall): Deed | undefined => {
  let found: Deed | undefined
  const valued = new Set(call.values.map(({ option }) => option))
  for (const flag of call.flagNames) {
    if (valued.has(flag) && !/^--(?:delete|remove|purge|reset)-/.test(flag)) continue
    const verb = flag.startsWith('-') ? verbIn(flag.replace(/^--?/, '')) : undefined
    if (verb === undefined || (flag.length < 4 && !flag.startsWith('--'))) continue
    if (found === undefined || GRAVITY[verb.deed] > GRAVITY[found]) found = verb.deed
  }
  return found
}
