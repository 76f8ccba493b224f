// Policies that show what each of their rules says of an action, and actions made for them: all rules
// have one verdict that nothing else has, so that the ids that decided are those of all that match.
// Values on both sides come from few texts that nearly match one another.
import * as fc from 'fast-check'
import type { Action, Capability } from '../../../../src/domain/action/action.ts'
import {
  type ActionEffect,
  EFFECT_KINDS,
  type Target,
} from '../../../../src/domain/action/effect.ts'
import type { MaskedText, PathRef } from '../../../../src/domain/action/place.ts'
import type { Policy } from '../../../../src/domain/policy/policy.ts'
import { EFFECT_CLASSES, type Match, type Rule } from '../../../../src/domain/policy/rule.ts'
import type { Case } from './runtime.ts'

const of = <const A>(...values: ReadonlyArray<A>) => fc.constantFrom(...values)
const some = <A>(one: fc.Arbitrary<A>) =>
  fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }))

const words = (text: string): ReadonlyArray<string> => text.split(' ')
const TEXTS = words('main MAIN Main é É οδος ΟΔΟΣ 😀a İ i \u212ay ky KY prod-1 PROD-1 a.ts')
const PATTERNS = words(
  'main MAIN m* M* é É ? ?? *1 prod-* PROD-? οδος ΟΔΟ* ky k? 😀* ??a i? *.ts *',
)
const HOSTS = words(
  'example.com EXAMPLE.com api.example.com api.example.com. example.com:80 notexample.com main MAIN É.é ' +
    '[::1]:80 10.0.0.1 169.254.169.254 127.0.0.1 fe80::1 nas.lan',
)
const KINDS = EFFECT_KINDS.filter((kind) => kind !== 'tamper')
const ZONES = ['project', 'worktree', 'tmp', 'home', 'system', 'secret', 'persist'] as const
const FLAGS = words('--force --forc --fo --f -f -f? --force? --é? é? -? -- -n --é')
const CAPABILITIES = words('tool:Bash:git:push tool:Bash:git tool:Bash:gitk tool:Bash tool:É:x')
const WHYS = ['mcp-tool', 'unknown-tool', 'dynamic-command', 'inline-code'] as const

const text = of(...TEXTS)
const masked: fc.Arbitrary<MaskedText> = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 1, arbitrary: fc.tuple(text, fc.record({ pii: of('NAME') })) },
)
const below = fc.array(text, { maxLength: 3 }).map((parts) => parts.join('/'))
const pathRef: fc.Arbitrary<PathRef> = fc.oneof(
  fc.record({ project: below }),
  fc.record({ home: below }),
  fc.record({ home: of('.claude/plans/a.md', '.claude/plans') }),
  fc.record({ path: below.map((path) => `/${path}`) }),
  fc.record({ home: fc.tuple(of('main/', ''), fc.record({ pii: of('NAME') }), of('', '/a.ts')) }),
)
const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({ path: pathRef, zone: of(...ZONES), as: pathRef }, { requiredKeys: ['path', 'zone'] }),
  fc.record({ host: of(...HOSTS) }),
  fc.record({ program: text }),
  fc.record({ name: masked }),
)

const effect: fc.Arbitrary<ActionEffect> = fc.record(
  {
    kind: fc.oneof(of('fs.delete', 'fs.write', 'opaque', 'exec'), of(...KINDS)),
    target,
    certainty: of('certain', 'possible'),
    by: text,
    of: fc.integer({ min: 0, max: 2 }),
    reach: of('some', 'all'),
    in: pathRef,
    origin: of('written', 'downloaded'),
    why: of(...WHYS),
  },
  { requiredKeys: ['kind', 'certainty'] },
)

const used = fc.oneof(
  { weight: 5, arbitrary: fc.uniqueArray(of(...FLAGS), { maxLength: 3 }) },
  { weight: 1, arbitrary: of(23, 24).map((many) => Array.from({ length: many }, () => '-n')) },
)

const action: fc.Arbitrary<Action> = fc.record(
  {
    tool: of('Bash', 'Agent', 'mcp__crm__lookup', 'É'),
    origin: of('builtin', 'mcp', 'unknown'),
    capabilities: fc.array(of(...CAPABILITIES), { maxLength: 3 }) as fc.Arbitrary<
      Array<Capability>
    >,
    effects: fc.array(effect, { minLength: 1, maxLength: 1 }),
    flags: fc.array(used, { maxLength: 3 }),
  },
  { requiredKeys: ['tool', 'origin', 'capabilities', 'effects'] },
)

const pathPattern = fc
  .tuple(of('project:', '~', '', '**'), fc.array(of(...PATTERNS, '**', '**'), { maxLength: 3 }))
  .map(([root, parts]) =>
    root === 'project:' ? root + parts.join('/') : `${[root, ...parts].join('/')}` || '/',
  )

const CONDITIONS = {
  tool: some(of('Bash', 'mcp__*', 'B?sh', '*', 'É', 'é')),
  capability: some(of(...CAPABILITIES, 'tool:Bash:git')),
  flag: some(of('--force', '-f', '--é', 'é', '-?', '-', '--f')),
  flags_only: fc.array(of('--force', '-f', '--é', 'é', '-?', '-n'), { maxLength: 6 }),
  effect: some(of(...KINDS, ...EFFECT_CLASSES)),
  zone: some(of(...ZONES)),
  path: some(pathPattern),
  reach: some(of('some', 'all')),
  host: some(of('*', '*.example.com', '*.COM', 'example.com', 'Example.com', 'main', 'é.É', '*.é')),
  network: some(of('local', 'private', 'metadata', 'public')),
  name: some(of(...PATTERNS, '*.com', 'EXAMPLE.*')),
  program: some(of(...PATTERNS)),
  in: some(pathPattern),
  origin: some(of('written', 'downloaded')),
  why: some(of(...WHYS)),
  certainty: of('certain', 'possible'),
}

/** One condition, or two: more hardly ever hold together. */
const match: fc.Arbitrary<Match> = fc
  .uniqueArray(of(...(Object.keys(CONDITIONS) as ReadonlyArray<keyof typeof CONDITIONS>)), {
    minLength: 1,
    maxLength: 2,
  })
  .chain((keys) => {
    const chosen: Record<string, fc.Arbitrary<unknown>> = {}
    for (const key of keys) chosen[key] = CONDITIONS[key]
    return fc.record(chosen) as fc.Arbitrary<Match>
  })

const rules = (verdict: Rule['verdict'], many: number): fc.Arbitrary<ReadonlyArray<Rule>> =>
  fc
    .array(fc.record({ match, unless: fc.option(some(match), { nil: undefined, freq: 3 }) }), {
      minLength: many,
      maxLength: many,
    })
    .map((all) =>
      all.map(({ match, unless }, i) => ({
        id: `${verdict}-${i}`,
        verdict,
        match,
        ...(unless === undefined ? {} : { unless }),
        ...(verdict === 'permit' || i % 5 > 0 ? {} : { rate: { max: 2, per: 'day' as const } }),
      })),
    )

/** Counters below, at and above what lets a rule with a rate count. */
const rates = fc.dictionary(
  of('defer-0', 'defer-5', 'defer-10', 'deny-0', 'deny-5', 'deny-10', 'deny-15'),
  of(1, 2, 3),
)
const now: fc.Arbitrary<Case['now']> = fc.record({
  mode: fc.constant('enforce' as const),
  posture: of('interactive', 'interactive', 'interactive', 'autonomous', 'dry_run'),
  state: fc.record({ suspended: fc.constant(false), rates }, { requiredKeys: ['suspended'] }),
})

/** For a permit nothing else has the verdict; for the others everything else is permitted. */
const policyOf = (verdict: Rule['verdict']): fc.Arbitrary<Policy> =>
  rules(verdict, 30).map((all) => ({
    version: 1 as const,
    name: 'sharp',
    unknown_tool: 'permit',
    rules: all,
    defaults: Object.fromEntries(
      [...EFFECT_CLASSES, ...KINDS].map((kind) => [
        kind,
        verdict === 'permit' ? 'defer' : 'permit',
      ]),
    ),
  }))

export const sharp: fc.Arbitrary<readonly [Policy, ReadonlyArray<Case>]> = fc.tuple(
  of<Rule['verdict']>('permit', 'defer', 'deny').chain(policyOf),
  fc.array(fc.record({ action, now }), { minLength: 60, maxLength: 60 }),
)
