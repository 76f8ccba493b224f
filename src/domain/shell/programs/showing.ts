// Programs that show things in some of their forms and change them in all others. The forms that only
// show are listed, so that one which nobody thought of counts as a change.
import type { ProgramCall } from '../programCall.ts'
import { textOf, UNKNOWN } from '../word.ts'

export const names = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** An operand as a verb: empty where there is none, UNKNOWN where it is only known at run time. */
export const verbOf = (call: ProgramCall, at = 0): string => {
  const word = call.operands[at]
  return word === undefined ? '' : (textOf(word) ?? UNKNOWN)
}

/** Every option is one of these, as far as that can be told. */
export const showsOnly = (call: ProgramCall, options: ReadonlySet<string>): boolean =>
  !call.open && [...call.flagNames].every((flag) => options.has(flag))

type Run = (call: ProgramCall) => void

/** A change of the machine's settings, unless the first operand is one of these. */
export const settingUnless = (verbs: string): Run => {
  const shown = names(verbs)
  return (call) => {
    if (!shown.has(verbOf(call))) call.effect('privilege', { name: call.name })
  }
}

/** The same for programs whose options are their verbs. */
export const settingUnlessOnly = (options: string): Run => {
  const shown = names(options)
  return (call) => {
    if (!showsOnly(call, shown)) call.effect('privilege', { name: call.name })
  }
}
