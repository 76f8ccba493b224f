// The law that snapshots rest on: a projection's state depends on the entries alone, not on how they
// were cut into batches, nor on whether the fold began at entry 0 or at a snapshot on the way.
import * as Arbitrary from 'effect/Arbitrary'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEntry, encodeEntry, type Entry } from '../../src/domain/event/envelope.ts'
import { type EventTag, WitnessEvent } from '../../src/domain/event/event.ts'
import { fromUtf8 } from '../../src/domain/bytes.ts'
import { NotCanonical } from '../../src/domain/canonical.ts'
import { sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import { PROJECTIONS } from '../../src/projections/all.ts'
import { encodeState, type Projection } from '../../src/projections/projection.ts'
import { action } from '../domain/policy/generators.ts'
import { runs } from '../support/runs.ts'

const CRYPTO = { sha256, verifyEd25519 }
const ALL = Object.entries(PROJECTIONS) as ReadonlyArray<readonly [string, Projection<unknown>]>
const KINDS = WitnessEvent.members.map((kind) => kind.identifier)

const PER_KIND = 40

/** What no log can hold is left out: a lone surrogate, a number that has no canonical form. */
const fits = (event: object): boolean => {
  try {
    const entry = { index: 0, time: 0, session: null, event: event as WitnessEvent }
    return Result.isSuccess(encodeEntry(entry))
  } catch (error) {
    if (error instanceof NotCanonical) return false
    throw error
  }
}

/** Events of every kind as their Schemas make them: any text, any number that the kind allows. */
const SAMPLED: ReadonlyMap<string, ReadonlyArray<object>> = new Map(
  WitnessEvent.members.map((kind) => [
    kind.identifier,
    Effect.runSync(
      Arbitrary.sampleEffect(Arbitrary.schema(kind as unknown as typeof WitnessEvent), {
        count: 2000,
        seed: 7,
      }),
    )
      .map((event) => JSON.parse(JSON.stringify(event)) as object)
      .filter(fits)
      .slice(0, PER_KIND),
  ]),
)

/** Names that come again, so that entries have to do with each other; some that objects have of their own. */
const USES = ['toolu_1', 'toolu_2', 'toolu_3', '__proto__', 'constructor']
const SESSIONS = ['a', 'b', '__proto__', null]
const RULES = ['r0', 'toString']

/** One call that writes very many files and matches very many rules, from a number of them on. */
const crowded = fc
  .record({ from: fc.nat(400), files: fc.integer({ min: 20, max: 90 }) })
  .map(({ from, files }) => {
    const numbers = Array.from({ length: files }, (_, i) => (from + i * 7) % 500)
    return {
      action: {
        tool: 'Bash',
        origin: 'builtin',
        capabilities: [],
        effects: numbers.map((n) => ({
          kind: 'fs.write',
          target: { path: { project: `f${n}` }, zone: 'project' },
          certainty: 'certain',
        })),
      },
      rates: Object.fromEntries(numbers.map((n) => [`r${n}`, 1])),
      kind: 'tool.before',
    }
  })

interface Shape {
  readonly kind: string
  readonly nth: number
  readonly use: string
  readonly session: string | null
  readonly ms: number
  readonly change: Record<string, unknown>
}

const shape: fc.Arbitrary<Shape> = fc.record({
  kind: fc.oneof(
    fc.constantFrom<string>(...KINDS, 'FromTheFuture'),
    // What states are mostly made of.
    fc.constantFrom<EventTag>('HookReceived', 'DecisionMade', 'ToolFinished'),
  ),
  nth: fc.nat(PER_KIND - 1),
  use: fc.constantFrom(...USES),
  session: fc.constantFrom(...SESSIONS),
  // Clocks are set back, too.
  ms: fc.integer({ min: -5000, max: 90_000 }),
  change: fc.record({
    action,
    rates: fc.dictionary(fc.constantFrom(...RULES), fc.nat(3)),
    kind: fc.constantFrom('prompt', 'session.start', 'session.end', 'tool.before'),
  }),
})

const CALM = {
  action: { tool: 'Bash', origin: 'builtin', capabilities: [], effects: [] },
  rates: {},
  kind: 'prompt',
}

/** Decisions alone, so crowded that states drop records. */
const crowd: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constant('DecisionMade'),
  nth: fc.nat(PER_KIND - 1),
  use: fc.integer({ max: 2000, min: 0 }).map(String),
  session: fc.constantFrom('a', 'b'),
  ms: fc.nat(1000),
  change: crowded,
})

const eventOf = ({ kind, nth, use, change }: Shape): object => {
  const event = { ...(SAMPLED.get(kind)?.[nth] ?? { _tag: kind, any: nth }) } as Record<
    string,
    unknown
  >
  if ('toolUseId' in event || kind === 'DecisionMade') event['toolUseId'] = use
  if (kind === 'HookReceived') event['kind'] = change['kind']
  if (kind === 'DecisionMade')
    event['receipt'] = {
      ...(event['receipt'] as object),
      action: change['action'],
      state: { suspended: false, rates: change['rates'] },
    }
  return event
}

/** As they are read back from a log. */
const entriesOf = (shapes: ReadonlyArray<Shape>): ReadonlyArray<Entry> => {
  let time = 1_760_000_000_000
  return shapes.map((one, index) => {
    time += one.ms
    const entry = { index, time, session: one.session, event: eventOf(one) as WitnessEvent }
    return Result.getOrThrow(decodeEntry(Result.getOrThrow(encodeEntry(entry))))
  })
}

const fold = (
  { step }: Projection<unknown>,
  state: unknown,
  entries: ReadonlyArray<Entry>,
): unknown => entries.reduce((at, entry) => step(at, entry, CRYPTO), state)

/** What a snapshot keeps of a state, read back as opening a log does. */
const stored = ({ isState }: Projection<unknown>, state: unknown): unknown => {
  const back: unknown = JSON.parse(fromUtf8(encodeState(state, sha256).bytes)!)
  expect(isState(back)).toBe(true)
  return back
}

describe('a fold', () => {
  it('is tried on events of every kind that read back as what they are', () => {
    const shapes = KINDS.map((kind) => ({
      kind,
      nth: 3,
      use: 'u',
      session: 'a',
      ms: 1,
      change: CALM,
    }))
    expect(entriesOf(shapes).map(({ event }) => event._tag)).toEqual(KINDS)
    for (const sampled of SAMPLED.values()) expect(sampled).toHaveLength(PER_KIND)
  })

  it.each(ALL)(
    'of %s comes to one state hash in one go, in any chunks, and from any snapshot',
    (_, projection) => {
      fc.assert(law(projection, fc.array(shape, { maxLength: 120 })), { numRuns: runs(80) })
    },
    60_000,
  )

  it.each(ALL)(
    'of %s does so where its state is full and records are dropped',
    (_, projection) => {
      fc.assert(law(projection, fc.array(crowd, { minLength: 8, maxLength: 40 })), {
        numRuns: runs(20, 1000),
      })
    },
    60_000,
  )
})

const law = (projection: Projection<unknown>, log: fc.Arbitrary<Array<Shape>>) =>
  fc.property(log, fc.array(fc.nat(120), { maxLength: 8 }), (shapes, at) => {
    const entries = entriesOf(shapes)
    const whole = fold(projection, projection.initial(), entries)
    const { hash } = encodeState(whole, sha256)
    const cuts = [...at.filter((cut) => cut < entries.length), entries.length]
    let inChunks = projection.initial()
    let fromSnapshots = projection.initial()
    let from = 0
    for (const to of cuts.toSorted((a, b) => a - b)) {
      const chunk = entries.slice(from, to)
      inChunks = fold(projection, inChunks, chunk)
      fromSnapshots = stored(projection, fold(projection, fromSnapshots, chunk))
      from = to
    }
    expect(encodeState(inChunks, sha256).hash).toBe(hash)
    expect(encodeState(fromSnapshots, sha256).hash).toBe(hash)
  })
