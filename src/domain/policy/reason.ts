// A decision in one line, for the person and for the agent. Built from fixed texts, the policy's own
// words and typed facts; a call contributes names, paths and hosts only, made printable and short.
import type { ActionEffect, EffectKind, Target } from '../action/effect.ts'
import { type MaskedText, type PathRef, spelledOut } from '../action/place.ts'
import { printable } from '../oneLine.ts'
import type { Verdict } from './verdict.ts'

/** Kinds from mild to grave, with what is said of one: certain, possible. */
const WORDS: Record<EffectKind, readonly [string, string]> = {
  'fs.read': ['reads', 'may read'],
  exec: ['runs', 'may run'],
  'net.fetch': ['fetches from', 'may fetch from'],
  spawn: ['starts', 'may start'],
  opaque: ['does something that cannot be read', 'may do something that cannot be read'],
  'fs.write': ['writes', 'may write'],
  'fs.delete': ['deletes', 'may delete'],
  persist: ['changes what starts later:', 'may change what starts later:'],
  privilege: ['takes more privileges:', 'may take more privileges:'],
  'secret.read': ['reads secrets:', 'may read secrets:'],
  'net.send': ['sends data to', 'may send data to'],
  tamper: ['tampers with the gate:', 'may tamper with the gate:'],
  'destroy.vcs': [
    'discards work under version control:',
    'may discard work under version control:',
  ],
  'destroy.infra': ['destroys infrastructure:', 'may destroy infrastructure:'],
  'destroy.data': ['destroys data:', 'may destroy data:'],
  'secret.send': ['sends secrets to', 'may send secrets to'],
  'destroy.system': ['destroys the system or home:', 'may destroy the system or home:'],
}

const GRAVITY = new Map(Object.keys(WORDS).map((kind, gravity) => [kind, gravity] as const))

/** How grave a kind is beside others, for choosing which effect is spoken of. */
export const gravityOf = (kind: EffectKind): number => GRAVITY.get(kind)!

const LONGEST_NAME = 40
const LONGEST_TARGET = 100

/** An effect in words, such as `rm deletes ~/notes (home)`. */
export const effectInWords = (tool: string, effect: ActionEffect): string => {
  const doer = printable(effect.by ?? tool, LONGEST_NAME)
  const verb = WORDS[effect.kind][effect.certainty === 'certain' ? 0 : 1]
  const words = `${doer} ${verb}`
  if (effect.kind === 'opaque' && effect.why !== undefined)
    return `${words} (${printable(effect.why, LONGEST_NAME)})`
  return effect.target === undefined
    ? words.replace(/:$| (to|from)$/, '')
    : `${words} ${targetInWords(effect.target)}`
}

const targetInWords = (target: Target): string => {
  if ('path' in target) {
    const path = printable(pathInWords(target.path), LONGEST_TARGET)
    const through =
      target.as === undefined
        ? ''
        : `${printable(pathInWords(target.as), LONGEST_TARGET)}, that is `
    return `${through}${path} (${target.zone})`
  }
  if ('host' in target) return printable(textInWords(target.host), LONGEST_TARGET)
  return printable('program' in target ? target.program : textInWords(target.name), LONGEST_TARGET)
}

/** `./src/a.ts` in the project, `~/notes`, `/etc/hosts`. */
export const pathInWords = (ref: PathRef): string => {
  if ('project' in ref) return `./${textInWords(ref.project)}`
  return 'home' in ref ? `~/${textInWords(ref.home)}` : textInWords(ref.path)
}

const textInWords = (text: MaskedText): string => spelledOut(text, (pii) => `<${pii}>`)

/** What a verdict rests on: one effect or the call itself, and the rule's words. */
export interface Ground {
  readonly effect: ActionEffect | undefined
  readonly why: string
}

/** The whole line. `more`: how many other effects have the same verdict. */
export const reasonLine = (
  tool: string,
  verdict: Verdict,
  ground: Ground,
  more: number,
): string => {
  if (verdict === 'permit') return 'permitted by the policy'
  const what =
    ground.effect === undefined
      ? printable(tool, LONGEST_NAME)
      : effectInWords(tool, ground.effect) + (more > 0 ? ` (and ${more} more)` : '')
  return `${what}: ${ground.why}`
}
