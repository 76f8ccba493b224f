// What a learned rule speaks about: observations of one key make one rule. The key holds whatever the
// rule is not to reach beyond; the rest is what it lists.
import type { EffectKind } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import type { CodeOrigin } from '../action/sources.ts'
import { isConsequential } from '../action/effect.ts'
import type { Observation } from '../profile/profile.ts'
import { isBoundToOptions, isReadByZone, needsDoer } from '../profile/scope.ts'

export interface RuleKey {
  readonly kind: EffectKind
  /** Absent where the rule is for whatever does it: reading, fetching, running, starting an agent. */
  readonly capability?: string
  readonly why?: OpaqueCode
  /** Whose code does it, where that was seen; absent: nobody's of this session. */
  readonly origin?: CodeOrigin
  /** What the rule lists: undefined where it names no target. */
  readonly lists?: 'zone' | 'path' | 'host' | 'name' | 'program'
  /** How far below its paths it reaches; absent: the paths alone. */
  readonly reach?: 'some' | 'all'
  /** The only options that it holds for; absent: any. */
  readonly flags?: ReadonlyArray<string>
}

/** Undefined where there is nothing that a rule could be bound to. */
export const ruleKeyOf = (one: Observation): RuleKey | undefined => {
  const { tool, effect, capability } = one
  if (effect === undefined) return undefined
  const { kind, target, why, reach } = effect
  const own = {
    ...(capability === '' ? {} : { capability }),
    // Whoever does it changes nothing about reading and fetching, and whose code it is neither.
    ...(effect.origin === undefined || !needsDoer(kind) ? {} : { origin: effect.origin }),
  }
  // Of what any of several commands may have done, the options are those of all of them.
  const flags = capability !== '' && isBoundToOptions(tool, kind) ? { flags: one.flags } : {}
  // Without a command it would be leave for whatever cannot be read.
  if (kind === 'opaque' && capability === '') return undefined
  if (kind === 'opaque')
    return { kind, ...own, ...(why === undefined ? {} : { why: why as OpaqueCode }), ...flags }
  if (kind === 'fs.read')
    return isReadByZone(effect)
      ? { kind, lists: 'zone' }
      : { kind, lists: 'path', ...(reach === undefined ? {} : { reach }) }
  if (kind === 'fs.write' || kind === 'fs.delete' || isConsequential(kind))
    return { kind, ...own, lists: 'path', ...(reach === undefined ? {} : { reach }), ...flags }
  // Without a command and without a target it would be leave for all of its kind.
  if (target === undefined || one.scope === '')
    return capability === '' || kind === 'exec' ? undefined : { kind, capability }
  if ('host' in target) return { kind, lists: 'host' }
  if ('program' in target) return { kind, lists: 'program' }
  return { kind, ...own, lists: 'name' }
}

/** One text for one key. */
export const keyText = (key: RuleKey): string =>
  [
    key.kind,
    key.capability ?? '-',
    key.why ?? '-',
    key.lists ?? '-',
    key.reach ?? '-',
    key.origin ?? '-',
    key.flags === undefined ? '*' : key.flags.join(','),
  ].join(' ')

export const LEARNED = 'learned.'

const LONGEST_ID = 64

/** What rules of a kind list, unless their ids say otherwise. */
const usualList = (kind: EffectKind): RuleKey['lists'] => {
  if (kind === 'opaque') return undefined
  if (kind === 'exec') return 'program'
  if (kind === 'spawn') return 'name'
  return kind === 'net.fetch' ? 'host' : 'path'
}

/**
 * A rule's id, made of what it is about: the same key has the same id in every suggestion. A number of
 * the key is added where the words alone are not all of it.
 */
export const ruleIdOf = (key: RuleKey): string => {
  const { kind, capability, why, origin, lists, reach, flags } = key
  const words = [
    kind,
    // No two tools differ in case alone; of what comes behind, case may be all there is.
    ...(capability === undefined
      ? []
      : [capability.replace(/^tool:([^:]*)/, (_, tool: string) => tool.toLowerCase())]),
    ...(why === undefined || why === 'mcp-tool' ? [] : [why]),
    ...(lists === usualList(kind) ? [] : [lists ?? 'any']),
    ...(reach === undefined ? [] : [reach]),
    ...(origin === undefined ? [] : [origin]),
    ...(flags ?? []),
  ].join('.')
  const slug = words
    .toLowerCase()
    .replaceAll(':', '.')
    .replaceAll(/[^a-z0-9._-]/g, '_')
  const id = LEARNED + slug
  const isWhole = words.replaceAll(':', '.') === slug && id.length <= LONGEST_ID
  if (isWhole) return id
  const mark = `.${fnv1a(keyText(key)).toString(36)}`
  return id.slice(0, LONGEST_ID - mark.length) + mark
}

/** 32 bits, for names alone: nothing rests on it that an attacker could gain by a collision. */
const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
