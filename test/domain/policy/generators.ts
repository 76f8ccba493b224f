// Actions and policies from a small vocabulary, so that rules and effects often meet.
import * as fc from 'fast-check'
import type { Action, Capability } from '../../../src/domain/action/action.ts'
import { type ActionEffect, EFFECT_KINDS, type Target } from '../../../src/domain/action/effect.ts'
import { OPAQUE_CODES, type OpaqueCode } from '../../../src/domain/action/opaque.ts'
import { type PathRef, Zone } from '../../../src/domain/action/place.ts'
import type { Circumstances } from '../../../src/domain/policy/decide.ts'
import { Network } from '../../../src/domain/policy/network.ts'
import type { ManifestEffect, Policy } from '../../../src/domain/policy/policy.ts'
import { EFFECT_CLASSES, type Match, type Rule } from '../../../src/domain/policy/rule.ts'
import type { Tainted, TaintSection } from '../../../src/domain/policy/taint.ts'
import type { Mode, Posture, Verdict } from '../../../src/domain/policy/verdict.ts'
import { InjectionSource } from '../../../src/domain/sensitive/injection/source.ts'

const of = <const A>(...values: ReadonlyArray<A>) => fc.constantFrom(...values)
const optional = { requiredKeys: [] }

const CODES = Object.keys(OPAQUE_CODES) as ReadonlyArray<OpaqueCode>
const NAMES = ['', 'src', 'src/a.ts', '.ssh', '.ssh/id_rsa', 'notes/b.md', '.SSH/ID_RSA']
const HOSTS = ['example.com', 'api.example.com', 'localhost', 'evil.net']
const PROGRAMS = ['git', 'rm', 'curl', 'ls']
const TOOLS = ['Bash', 'Write', 'WebFetch', 'mcp__crm__lookup', 'Agent', 'Mystery']

export const verdict = of<Verdict>('permit', 'defer', 'deny')
export const mode = of<Mode>('profile', 'enforce')
export const posture = of<Posture>('interactive', 'autonomous', 'dry_run', 'locked')

const pathRef: fc.Arbitrary<PathRef> = fc.oneof(
  fc.record({ project: of(...NAMES) }),
  fc.record({ home: fc.oneof(of(...NAMES), fc.constant(['mail/', { pii: 'EMAIL' }])) }),
  fc.record({ path: of('/', '/etc', '/etc/hosts', '/srv/data') }),
)
const zone = of(...Zone.literals)

const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({ path: pathRef, zone, as: pathRef }, { requiredKeys: ['path', 'zone'] }),
  fc.record({ host: of(...HOSTS) }),
  fc.record({ program: of(...PROGRAMS) }),
  fc.record({ name: of('main', 'prod') }),
)

export const effect: fc.Arbitrary<ActionEffect> = fc.record(
  {
    kind: of(...EFFECT_KINDS),
    target,
    certainty: of('certain', 'possible'),
    by: of(...PROGRAMS),
    // Out of range and negative too: facts are read back from a log.
    of: fc.integer({ min: -1, max: 4 }),
    why: of(...CODES),
    reach: of('some', 'all'),
    in: pathRef,
    origin: of('written', 'downloaded'),
  },
  { requiredKeys: ['kind', 'certainty'] },
)

const CAPABILITIES = [
  'tool:Bash:git:push',
  'tool:Bash:git:status',
  'tool:Bash:rm',
  'tool:Bash:ls',
  'tool:Write:project:src',
  'tool:mcp:crm:lookup',
] as ReadonlyArray<string> as ReadonlyArray<Capability>

const FLAGS = ['--force', '-f', '--dry-run', '--fo', '-f?', '--force?']

export const action: fc.Arbitrary<Action> = fc.record(
  {
    tool: of(...TOOLS),
    origin: of('builtin', 'mcp', 'unknown'),
    capabilities: fc.uniqueArray(of(...CAPABILITIES), { maxLength: 4 }),
    effects: fc.array(effect, { maxLength: 5 }),
    // Longer or shorter than the capabilities too: facts are read back from a log.
    flags: fc.array(fc.uniqueArray(of(...FLAGS), { maxLength: 3 }), { maxLength: 5 }),
  },
  { requiredKeys: ['tool', 'origin', 'capabilities', 'effects'] },
)

const oneOrMany = <A>(one: fc.Arbitrary<A>) =>
  fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }))

export const match: fc.Arbitrary<Match> = fc
  .record(
    {
      tool: oneOrMany(of('Bash', 'Write', 'mcp__*', 'Agent', '*')),
      capability: oneOrMany(of('tool:Bash', 'tool:Bash:git', 'tool:Bash:rm', 'tool:mcp:crm')),
      effect: oneOrMany(of(...EFFECT_KINDS, ...EFFECT_CLASSES)),
      zone: oneOrMany(zone),
      path: oneOrMany(of('project:src/**', '~/.ssh/**', '~', '/etc/**', '**/*.ts', '/')),
      host: oneOrMany(of('example.com', '*.example.com', '*', 'localhost')),
      program: oneOrMany(of('git', 'r*', '*')),
      flag: oneOrMany(of('--force', '-f', '--dry-run')),
      flags_only: fc.array(of('--force', '-f', '--dry-run'), { maxLength: 3 }),
      reach: oneOrMany(of('some', 'all')),
      network: oneOrMany(of(...Network.literals)),
      name: oneOrMany(of('prod', 'm*', '*.com')),
      in: oneOrMany(of('project:**', '**/*', '~/.ssh/**')),
      origin: oneOrMany(of('written', 'downloaded')),
      why: oneOrMany(of(...CODES)),
      certainty: of('certain', 'possible'),
    },
    optional,
  )
  .filter((conditions) => Object.keys(conditions).length > 0)

export const rule: fc.Arbitrary<Omit<Rule, 'id'>> = fc
  .record(
    {
      verdict,
      match,
      unless: oneOrMany(match),
      reason: of('because', 'so it is'),
      approve: fc.boolean(),
      instead: of('another way'),
      rate: fc.record({ max: of(1, 3), per: of('minute', 'hour', 'day') }),
    },
    { requiredKeys: ['verdict', 'match'] },
  )
  .map(({ approve, instead, rate, ...rest }) =>
    rest.verdict === 'permit'
      ? { ...rest, ...(approve === undefined ? {} : { approve }) }
      : {
          ...rest,
          ...(instead === undefined ? {} : { instead }),
          ...(rate === undefined ? {} : { rate }),
        },
  )

const numbered = (rules: ReadonlyArray<Omit<Rule, 'id'>>): ReadonlyArray<Rule> =>
  rules.map((one, i) => ({ id: `r${i}`, ...one }))

const manifest = fc.record(
  {
    effects: fc.uniqueArray(
      of<ManifestEffect>('read', 'write', 'execute', 'spawn', 'network', 'destructive'),
    ),
    require_confirmation: fc.boolean(),
  },
  optional,
)

export const taintSection: fc.Arbitrary<TaintSection> = fc.record(
  {
    stricter: fc.uniqueArray(of(...EFFECT_KINDS, ...EFFECT_CLASSES), { maxLength: 5 }),
    from: of(0, 0.5, 0.75, 1),
  },
  { requiredKeys: ['stricter'] },
)

export const tainted: fc.Arbitrary<Tainted> = fc.record(
  { score: of(0, 0.5, 0.749, 0.75, 0.9, 1), source: of(...InjectionSource.literals) },
  { requiredKeys: ['score'] },
)

/** Without `postures`: a manifest may say that a tool is for a stricter posture only. */
export const policy: fc.Arbitrary<Policy> = fc.record(
  {
    version: fc.constant(1 as const),
    name: fc.constant('generated'),
    tools: fc.dictionary(of('Bash', 'Mystery', 'mcp__*', 'mcp__crm__*', '*'), manifest),
    unknown_tool: verdict,
    monitored: fc.array(of('project:src/**', '/etc/**', '~/.ssh/**'), { maxLength: 2 }),
    taint: taintSection,
    rules: fc.array(rule, { maxLength: 8 }).map(numbered),
    defaults: fc.dictionary(of(...EFFECT_KINDS, ...EFFECT_CLASSES), verdict),
  },
  { requiredKeys: ['version', 'name', 'rules', 'defaults'] },
)

export const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  mode,
  posture,
  state: fc.record(
    {
      suspended: fc.boolean(),
      rates: fc.dictionary(of('r0', 'r1', 'r2', 'more'), fc.nat(4)),
      approved: fc.array(pathRef, { maxLength: 4 }),
      tainted,
    },
    { requiredKeys: ['suspended'] },
  ),
})
