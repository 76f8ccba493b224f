// What would change a verdict: by what decided, the one thing that a person can do about it.
import type { ActionEffect } from '../../domain/action/effect.ts'
import { OPAQUE_CODES, type OpaqueCode } from '../../domain/action/opaque.ts'
import type { MaskedText, PathRef } from '../../domain/action/place.ts'
import { CLEAR_COMMAND } from '../../domain/policy/taint.ts'
import type { EffectFinding, Findings } from '../oneShot/findings.ts'

/** Lines, the most telling first; empty for a permit. */
export const whatWouldChange = (
  tool: string,
  verdict: 'permit' | 'defer' | 'deny',
  { effects, rules }: Findings,
): ReadonlyArray<string> => {
  if (verdict === 'permit') return []
  const decisive = effects.filter((one) => one.verdict === verdict)
  const sources = new Set(rules.map((rule) => rule.source))
  const lines: Array<string> = []
  if (rules.some((rule) => rule.id === 'posture:locked'))
    return ['isonapse hook resume, or isonapse hook posture auto: everything is denied meanwhile']
  if (sources.has('baseline'))
    return ['nothing in the policy: the baseline always holds. Do it yourself, outside Claude Code']
  if (sources.has('taint')) lines.push(`${CLEAR_COMMAND}, once you have looked at what was read`)
  if (sources.has('posture'))
    lines.push('leaving plan mode in the client, or isonapse hook posture auto')
  if (sources.has('manifest'))
    lines.push(`the entry of ${tool} under "tools" in the policy (isonapse hook policy show)`)
  if (sources.has('unknown-tool'))
    lines.push(`an entry of ${tool} under "tools" in the policy, saying what it may do`)
  const named = rules.filter((rule) => rule.source === 'policy').map((rule) => rule.id)
  if (named.length > 0)
    lines.push(
      `the policy's rule ${named.join(', ')}: isonapse hook policy show, edit, policy import`,
    )
  if (sources.has('default') && named.length === 0) lines.push(...permitFor(tool, decisive))
  return [...hintsOf(decisive, tool), ...lines]
}

/** Codes of what another way of writing the call would make readable. */
const REWRITABLE: ReadonlySet<string> = new Set<OpaqueCode>([
  'dynamic-command',
  'dynamic-argument',
  'dynamic-target',
  'inline-code',
  'parse-error',
  'too-large',
  'malformed-input',
])

const hintsOf = (decisive: ReadonlyArray<EffectFinding>, tool: string): ReadonlyArray<string> => {
  const codes = codesOf(decisive)
  return [
    ...(codes.some((code) => REWRITABLE.has(code))
      ? ['writing it so that it can be read: names, paths and code spelt out']
      : []),
    ...(codes.includes('mcp-tool')
      ? [`an entry of ${tool} under "tools" in the policy, saying what it may do`]
      : []),
  ]
}

const codesOf = (effects: ReadonlyArray<EffectFinding>): ReadonlyArray<string> => [
  ...new Set(effects.flatMap(({ effect }) => (effect.why === undefined ? [] : [effect.why]))),
]

/** What could not be read of the call, and what each code means. */
export const unreadParts = ({ effects }: Findings): ReadonlyArray<string> =>
  codesOf(effects).map((code) =>
    Object.hasOwn(OPAQUE_CODES, code)
      ? `${code}: ${firstLower(OPAQUE_CODES[code as OpaqueCode])}`
      : code,
  )

const firstLower = (text: string): string =>
  text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')

/** The narrowest rules that would permit what a default stopped; three at most. */
const permitFor = (tool: string, decisive: ReadonlyArray<EffectFinding>): ReadonlyArray<string> => {
  const kinds = new Map<string, Set<string>>()
  for (const { effect, rules } of decisive) {
    if (!rules.some((id) => id.startsWith('default:'))) continue
    const key = JSON.stringify(conditionsOf(effect, tool))
    kinds.set(key, (kinds.get(key) ?? new Set()).add(effect.kind))
  }
  const rules = [...kinds].map(([key, of], i) => {
    const effect = of.size === 1 ? [...of][0] : [...of]
    const match = { tool, effect, ...(JSON.parse(key) as object) }
    return spaced({
      id: kinds.size === 1 ? 'my-rule' : `my-rule-${i + 1}`,
      verdict: 'permit',
      match,
    })
  })
  if (rules.length === 0) return []
  const more = rules.length > 3 ? [`and ${rules.length - 3} more like these`] : []
  const head = rules.length === 1 ? 'a rule of the policy, such as' : 'rules of the policy, such as'
  return [head, ...rules.slice(0, 3), ...more]
}

/** JSON on one line, with spaces where it may be broken. */
const spaced = (value: object): string =>
  JSON.stringify(value, null, 1)
    .replaceAll(/\n\s*/g, ' ')
    .replaceAll(/\[ | \]/g, (at) => at.trim())

/** What tells an effect from others, besides its kind. */
const conditionsOf = ({ target, why, by }: ActionEffect, tool: string): object => ({
  ...(why === undefined ? {} : { why }),
  ...(target !== undefined && 'path' in target ? pathMatch(target.path) : {}),
  ...(target !== undefined && 'host' in target ? { host: plain(target.host) } : {}),
  ...(target !== undefined && 'program' in target ? { program: target.program } : {}),
  ...(target === undefined && by !== undefined && by !== tool ? { program: by } : {}),
})

const pathMatch = (ref: PathRef): object => {
  if ('project' in ref) return ref.project === '' ? {} : { path: `project:${plain(ref.project)}` }
  if ('home' in ref) return { path: ref.home === '' ? '~' : `~/${plain(ref.home)}` }
  return { path: plain(ref.path) }
}

const plain = (text: MaskedText): string =>
  typeof text === 'string'
    ? text
    : text.map((part) => (typeof part === 'string' ? part : '*')).join('')
