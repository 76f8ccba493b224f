// Policies and actions that reach further than the plain ones: texts beyond ASCII on both sides,
// several layers, postures of manifests, hosts of every network, long lists of options.
import * as fc from 'fast-check'
import type { Action } from '../../../../src/domain/action/action.ts'
import type { ActionEffect } from '../../../../src/domain/action/effect.ts'
import type { MaskedText, PathRef } from '../../../../src/domain/action/place.ts'
import { Zone } from '../../../../src/domain/action/place.ts'
import type { Layer, Manifest, Policy } from '../../../../src/domain/policy/policy.ts'
import type { Match, Rule } from '../../../../src/domain/policy/rule.ts'
import { action, circumstances, effect, match, policy, rule } from '../generators.ts'
import type { Case } from './runtime.ts'

const of = <const A>(...values: ReadonlyArray<A>) => fc.constantFrom(...values)

/** Letters whose lower case is another length, another script, or hangs on their neighbours. */
const LETTERS = ['a', 'A', 'é', 'É', 'σ', 'Σ', 'ς', '\u0307', 'İ', 'i', '\u212a', 'k', 'K', 'ʼ']
const ASTRAL = ['😀', '\u{10400}', '\u{10428}', '\u{1e900}']
const text = (...more: ReadonlyArray<string>) =>
  fc
    .array(of(...LETTERS, ...ASTRAL, ...more), { minLength: 1, maxLength: 5 })
    .map((letters) => letters.join(''))

const written = text('.', '-', '_')
const pattern = text('*', '?', '*')

const masked: fc.Arbitrary<MaskedText> = fc.oneof(
  { weight: 4, arbitrary: fc.array(written, { maxLength: 3 }).map((parts) => parts.join('/')) },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(written, of('/'), fc.record({ pii: of('EMAIL', 'É') })), {
      maxLength: 4,
    }),
  },
)
const pathRef: fc.Arbitrary<PathRef> = fc.oneof(
  fc.record({ project: masked }),
  fc.record({ home: masked }),
  fc.record({
    path: masked.map((path) => (typeof path === 'string' ? `/${path}` : ['/', ...path])),
  }),
)

export const HOSTS = [
  'example.com',
  'API.Example.COM.',
  'example.com:8080',
  '[::1]:80',
  '[fd00:ec2::254]',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '10.0.0.1',
  '192.168.1.0/24',
  '127.0.0.1',
  '0.0.0.0',
  'fe80::1',
  'nas',
  'printer.lan',
  'É.example',
  '[unclosed',
] as const
const host: fc.Arbitrary<MaskedText> = fc.oneof(
  of(...HOSTS),
  written,
  fc.tuple(written, fc.record({ pii: of('HOST') }), of('.com', ':1')),
)

const oddEffect: fc.Arbitrary<ActionEffect> = fc
  .tuple(
    effect,
    fc.oneof(
      fc.record(
        { path: pathRef, zone: of(...Zone.literals), as: pathRef },
        { requiredKeys: ['path', 'zone'] },
      ),
      fc.record({ host }),
      fc.record({ program: written }),
      fc.record({ name: masked }),
    ),
    fc.option(written),
    fc.option(pathRef),
    fc.option(of('mcp-tool', 'unknown-tool')),
  )
  .map(([one, target, by, script, why]) => ({
    ...one,
    target,
    ...(by === null ? {} : { by }),
    ...(script === null ? {} : { in: script }),
    ...(why === null ? {} : { why }),
  }))

const flags = fc.oneof(
  fc.array(of('--force', '-f', '--fo', '-f?', '--é?', 'é?', '-?', '--'), { maxLength: 3 }),
  fc.integer({ min: 22, max: 25 }).map((many) => Array.from({ length: many }, () => '-n')),
)

const oddAction: fc.Arbitrary<Action> = fc
  .tuple(action, fc.array(oddEffect, { maxLength: 4 }), fc.array(flags, { maxLength: 4 }))
  .map(([one, effects, used]) => ({ ...one, effects, flags: used }))

/** Mostly circumstances in which rules count at all. */
const now: fc.Arbitrary<Case['now']> = fc.oneof(
  { weight: 1, arbitrary: circumstances },
  {
    weight: 6,
    arbitrary: circumstances.map(({ posture, state, ...rest }) => ({
      ...rest,
      posture: posture === 'locked' ? ('interactive' as const) : posture,
      state: { ...state, suspended: false },
    })),
  },
)

/** Each effect alone too: of several the strictest hides the others. */
const apart = (one: Action): fc.Arbitrary<Action> =>
  one.effects.length < 2
    ? fc.constant(one)
    : of(one, ...one.effects.map((effect) => ({ ...one, effects: [effect] })))

export const cases = (many: number): fc.Arbitrary<ReadonlyArray<Case>> =>
  fc.array(fc.record({ action: fc.oneof(action, oddAction).chain(apart), now }), {
    minLength: many,
    maxLength: many,
  })

const some = <A>(one: fc.Arbitrary<A>) =>
  fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }))

const pathPattern = fc
  .tuple(of('project:', '~/', '/', '**/'), fc.array(fc.oneof(pattern, of('**')), { maxLength: 3 }))
  .map(([root, segments]) => root + segments.join('/'))

const oddMatch: fc.Arbitrary<Match> = fc
  .tuple(
    match,
    fc.record(
      {
        path: some(pathPattern),
        host: some(fc.oneof(of('*.com', '*.É.example', 'API.example.com'), written)),
        name: some(pattern),
        program: some(pattern),
        in: some(pathPattern),
        flag: some(of('--force', '-f', '--é', '-n')),
        flags_only: fc.array(of('-n', '-f', '--é', 'é', '--force'), { maxLength: 4 }),
      },
      { requiredKeys: [] },
    ),
  )
  // Few conditions, so that rules and effects meet.
  .map(([plain, odd]) => {
    const kept = Object.entries(plain).slice(0, 1)
    return Object.keys(odd).length === 0 ? plain : { ...Object.fromEntries(kept), ...odd }
  })

const oddRule: fc.Arbitrary<Omit<Rule, 'id'>> = fc
  .tuple(rule, oddMatch, fc.option(some(oddMatch)))
  .map(([one, odd, unless]) => ({ ...one, match: odd, ...(unless === null ? {} : { unless }) }))

const manifest: fc.Arbitrary<Manifest> = fc.record(
  {
    effects: fc.uniqueArray(of('read', 'write', 'execute', 'spawn', 'network', 'destructive')),
    postures: fc.uniqueArray(of('interactive', 'autonomous', 'dry_run')),
    require_confirmation: fc.boolean(),
  },
  { requiredKeys: [] },
)
const TOOLS = ['Bash', 'Mystery', 'mcp__*', 'mcp__crm__*', '*', '*y', 'M*', 'B?sh', 'Ba*?']

const layer: fc.Arbitrary<Omit<Layer, 'name'>> = fc
  .tuple(
    policy,
    fc.array(oddRule, { maxLength: 6 }),
    fc.dictionary(of(...TOOLS), manifest, { maxKeys: 4 }),
    fc.array(fc.oneof(pathPattern, fc.record({ path: some(pathPattern), reason: of('look') })), {
      maxLength: 3,
    }),
  )
  .map(([{ rules, defaults, unknown_tool, taint }, odd, tools, monitored]) => ({
    defaults,
    ...(unknown_tool === undefined ? {} : { unknown_tool }),
    rules: [...rules, ...odd.map((one, i) => ({ id: `odd${i}`, ...one }))],
    tools,
    monitored,
    ...(taint === undefined ? {} : { taint }),
  }))

/** Ids may name different rules in two layers: the verdicts must agree all the same. */
export const oddPolicy: fc.Arbitrary<Policy> = fc
  .tuple(layer, fc.array(layer, { maxLength: 2 }))
  .map(([own, layers]) => ({
    version: 1 as const,
    name: 'odd',
    ...own,
    ...(layers.length === 0 ? {} : { layers: layers.map((one) => ({ name: 'l', ...one })) }),
  }))
