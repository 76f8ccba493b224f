import { describe, expect, it } from 'vitest'
import { utf8 } from '../../src/domain/bytes.ts'
import { MOST_TTL_MS } from '../../src/domain/approval/approval.ts'
import {
  ApprovalGranted,
  ApprovalRevoked,
  ApprovalUsed,
  LogCreated,
  type WitnessEvent,
} from '../../src/domain/event/event.ts'
import type { Digest } from '../../src/domain/hash.ts'
import { ed25519Signer, sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import {
  activeApprovals,
  type Approvals,
  approvals,
  heldApprovals,
  MOST_APPROVALS,
  overBy,
  usedByCall,
  wasApproved,
} from '../../src/projections/approvals.ts'
import { type GateState, gateState } from '../../src/projections/gateState.ts'

const inForce: GateState = {
  ...gateState.initial(),
  policy: { digest: 'd'.repeat(64) as Digest, entry: 0, chunks: 1, time: 0, source: 'init' },
}
const id = (number: number): string => number.toString(16).padStart(12, '0')
const grant = (number: number, more: Partial<ApprovalGranted> = {}) =>
  new ApprovalGranted({ id: id(number), path: { home: 'p/a' }, until: 5000, once: false, ...more })

/** Each entry a millisecond after the one before, from 1000 on. */
const fold = (events: ReadonlyArray<WitnessEvent>, gate = inForce): Approvals =>
  events.reduce<Approvals>(
    (state, event, index) =>
      approvals.step(
        state,
        { index, time: 1000 + index, session: 's', event },
        { sha256, verifyEd25519 },
      ),
    { ...approvals.initial(), gate },
  )
const active = (state: Approvals, now: number) => activeApprovals(state, now).map((one) => one.id)

describe('approvals', () => {
  it('hold from when they are given to their end, exclusive', () => {
    const state = fold([grant(1)])
    expect(active(state, 1000)).toEqual([id(1)])
    expect(active(state, 4999)).toEqual([id(1)])
    expect(active(state, 5000)).toEqual([])
    expect(active(state, -1)).toEqual([])
    expect(approvals.isState(state)).toBe(true)
  })

  it('last a day at most, whatever the entry says', () => {
    for (const until of [Number.MAX_SAFE_INTEGER, 1e300])
      expect(heldApprovals(fold([grant(1, { until })]))[0]!.until).toBe(1000 + MOST_TTL_MS)
    expect(active(fold([grant(1, { until: -5 })]), 1001)).toEqual([])
  })

  it('are used, used up and taken back', () => {
    const used = new ApprovalUsed({ id: id(1), inputTag: 't' })
    expect(heldApprovals(fold([grant(1), used, used]))[0]).toMatchObject({ uses: 2 })
    const once = fold([grant(1, { once: true }), used])
    expect(overBy(heldApprovals(once)[0]!, 1001)).toBe('used')
    expect(usedByCall(once, 's', 't')).toHaveLength(1)
    expect(usedByCall(once, 's', 'u')).toHaveLength(0)
    expect(usedByCall(once, 'z', 't')).toHaveLength(0)
    const revoked = fold([grant(1), new ApprovalRevoked({ id: id(1) })])
    expect(overBy(heldApprovals(revoked)[0]!, 1001)).toBe('revoked')
    const call = { slackMs: 0, maySpend: true }
    expect(wasApproved(revoked, '~/p/a', 1001, call)).toBe(true)
    expect(wasApproved(revoked, '~/p/a', 1002, call)).toBe(false)
    expect(wasApproved(revoked, '~/p/b', 1001, call)).toBe(false)
    // A masked path may be any, where anything was approved at all.
    expect(wasApproved(revoked, undefined, 1001, call)).toBe(true)
    expect(wasApproved(revoked, undefined, 1002, call)).toBe(false)
  })

  it('for one call were in force for what was decided before it was used, and for the client’s question', () => {
    const used = fold([grant(1, { once: true }), new ApprovalUsed({ id: id(1), inputTag: 't' })])
    const at = { slackMs: 10_000, maySpend: true }
    expect(wasApproved(fold([grant(1, { once: true })]), '~/p/a', 1001, at)).toBe(true)
    expect(wasApproved(used, '~/p/a', 1001, at)).toBe(false)
    expect(wasApproved(used, undefined, 1001, at)).toBe(false)
    expect(wasApproved(used, '~/p/a', 1001, { ...at, maySpend: false })).toBe(true)
  })

  it('are not replaced by another of the same id, nor taken where one is unsound', () => {
    const state = fold([
      grant(1),
      grant(1, { path: { home: 'p/b' } }),
      grant(2, { id: '../x' }),
      grant(3, { path: { home: ['p/', { pii: 'EMAIL_ADDRESS' }] } }),
    ])
    expect(heldApprovals(state)).toMatchObject([{ id: id(1), path: { home: 'p/a' } }])
  })

  it('count before the first policy without, and after it with the signature that the log demands', () => {
    const authority = ed25519Signer(sha256(utf8('authority'))).publicKey
    const created = new LogCreated({
      origin: 'log.test/1',
      verifierKey: 'k',
      authority: Buffer.from(authority).toString('base64'),
      engine: '1',
    })
    expect(heldApprovals(fold([created, grant(1)]))).toEqual([])
  })

  it('are kept in a bound, the latest', () => {
    const state = fold(Array.from({ length: 3 * MOST_APPROVALS }, (_, i) => grant(i)))
    const held = heldApprovals(state)
    expect(held.length).toBeLessThanOrEqual(MOST_APPROVALS)
    expect(held.length).toBe(state.count)
    expect(held[0]!.id).toBe(id(3 * MOST_APPROVALS - 1))
  })
})
