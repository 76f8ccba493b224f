// What an action is observed to do: one thing for each effect on its scope, and one for a capability
// that has none. The same for the fold, which counts them, and for whoever asks what is known of a call.
import { type Action, MOST_FLAGS } from '../action/action.ts'
import type { ActionEffect, Target } from '../action/effect.ts'
import { flagName } from '../policy/match.ts'
import { isBoundToOptions, MASKED, scopeOf } from './scope.ts'

export interface Observed {
  readonly key: string
  readonly capability: string
  /** As a fact of its own: not where it stood in a text, nor which of the capabilities did it. */
  readonly effect: ActionEffect | undefined
  readonly scope: string
  /** Targets within the scope. */
  readonly targets: ReadonlyArray<string>
  /** Names of the options, sorted; `lost` where the list may not be whole. */
  readonly flags: ReadonlyArray<string>
  readonly lost: boolean
  /** Options are part of what was seen. */
  readonly bound: boolean
}

/** Of one call: whoever makes one that does a thousand things must not empty the tables. */
const MOST_OF_CALL = 24
/** One more than are kept of an observation, so that it is known to have more. */
const MOST_TARGETS = 9
/** Of a capability, a tool, an option; what analysis gives is far shorter. UTF-16 code units. */
const LONGEST_NAME = 512
const LONGEST_KEY = 2048
const NO_OPTIONS: ReadonlyArray<string> = []

/** Whether an action may be counted: one that was not made by analysis may hold any text. */
export const isCountable = ({ tool, capabilities }: Action): boolean =>
  tool.length <= LONGEST_NAME && capabilities.every((one) => one.length <= LONGEST_NAME)

export const observedIn = (action: Action): ReadonlyArray<Observed> => observedOf(action).observed

/** The same, and how many things more the call did than are told apart. */
export const observedOf = (
  action: Action,
): { readonly observed: ReadonlyArray<Observed>; readonly beyond: number } => {
  const { capabilities, effects, flags } = action
  const found = new Map<string, Observed>()
  const busy = new Set<number>()
  const beyond = new Set<string>()
  const add = (one: Observed): void => {
    const known = found.get(one.key)
    if (known === undefined) {
      if (found.size < MOST_OF_CALL && one.key.length <= LONGEST_KEY) found.set(one.key, one)
      else beyond.add(one.key)
      return
    }
    const targets = [...new Set([...known.targets, ...one.targets])].slice(0, MOST_TARGETS)
    if (targets.length > known.targets.length) found.set(one.key, { ...known, targets })
  }
  for (const effect of effects) {
    // An index of none is none, as for whoever decides.
    const own = effect.of !== undefined && capabilities[effect.of] !== undefined
    const of = own ? effect.of : capabilities.length === 1 ? 0 : undefined
    if (of !== undefined) busy.add(of)
    const capability = of === undefined ? '' : (capabilities[of] ?? '')
    add(effectObserved(action.tool, capability, effect, of === undefined ? undefined : flags?.[of]))
  }
  for (const [i, capability] of capabilities.entries())
    if (!busy.has(i)) add(idleObserved(capability, flags?.[i]))
  return { observed: [...found.values()], beyond: beyond.size }
}

const optionsOf = (options: ReadonlyArray<string> = NO_OPTIONS) => ({
  flags: [...new Set(options.map(flagName))].sort(),
  lost: options.length >= MOST_FLAGS,
})

const idleObserved = (
  capability: string,
  options: ReadonlyArray<string> | undefined,
): Observed => ({
  key: `${capability} -`,
  capability,
  effect: undefined,
  scope: '',
  targets: [],
  ...optionsOf(options),
  bound: false,
})

/** By which other name it was called is not kept: the next call may use another. */
const itself = (target: Target): Target =>
  'path' in target ? { path: target.path, zone: target.zone } : target

const effectObserved = (
  tool: string,
  capability: string,
  effect: ActionEffect,
  options: ReadonlyArray<string> | undefined,
): Observed => {
  const { text: scope, exact } = scopeOf(effect)
  const { of: _, span: __, in: ___, target, by, ...rest } = effect
  const fact = by === undefined || by.length > LONGEST_NAME ? rest : { ...rest, by }
  const { kind, why = '-', origin = '-', reach = '-' } = fact
  const { flags, lost } = optionsOf(options)
  const bound = isBoundToOptions(tool, kind)
  const zone = target !== undefined && 'path' in target ? target.zone : '-'
  const shape = bound && flags.length > 0 ? flags.join(',') : '-'
  return {
    // None of these holds a blank; the scope, which may, comes last.
    key: [capability, kind, why, origin, zone, reach, shape, scope].join(' '),
    capability,
    effect: target === undefined || scope === MASKED ? fact : { ...fact, target: itself(target) },
    scope,
    targets: exact === undefined ? [] : [exact],
    flags,
    lost,
    bound,
  }
}
