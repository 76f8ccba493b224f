// What stands for a receipt that was looked at already must be that receipt's own bytes and no decoy.
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { fromUtf8 } from '../../../src/domain/bytes.ts'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import { decodeEntry, encodeEntry } from '../../../src/domain/event/envelope.ts'
import type { DecisionMade } from '../../../src/domain/event/event.ts'
import { besideReceipt, receiptText } from '../../../src/domain/replay/decision.ts'
import { playDays, recorder } from '../../support/recordedSession.ts'

const past = recorder()
playDays(past, 1)
const decisions = past.entries.flatMap((entry) =>
  entry.event._tag === 'DecisionMade' ? [{ ...entry, event: entry.event as DecisionMade }] : [],
)
const textOf = (entry: (typeof decisions)[number]): string =>
  fromUtf8(Result.getOrThrow(encodeEntry(entry)))!

/** The receipt that decoding takes from such a text, if it takes any. */
const decoded = (text: string): string | undefined => {
  const entry = decodeEntry(new TextEncoder().encode(text))
  if (Result.isFailure(entry) || entry.success.event._tag !== 'DecisionMade') return undefined
  return canonicalJson(entry.success.event.receipt)
}

describe('the text of a receipt', () => {
  it('is the canonical JSON that its digest is of, for every decision of a session', () => {
    expect(decisions.length).toBeGreaterThan(50)
    for (const entry of decisions)
      expect(receiptText(textOf(entry))).toBe(canonicalJson(entry.event.receipt))
  })

  it('is not taken from a field that decoding drops, or from the first of two', () => {
    const [one, other] = [textOf(decisions[0]!), decisions[3]!]
    const receipt = canonicalJson(decisions[0]!.event.receipt)
    const decoy = canonicalJson(other.event.receipt)
    const forged = [
      one.replace('"_tag":', `"A":{"receipt":${decoy},"receiptDigest":"x"},"_tag":`),
      one.replace('"enforced":', `"a":{"receipt":${decoy},"receiptDigest":"x"},"enforced":`),
      one.replace(
        `"receipt":${receipt}`,
        `"receipt":${decoy},"receiptDigest":"x","receipt":${receipt}`,
      ),
      one.replace(`,"receiptDigest"`, `,"receiptDigest":"x","receipt":${decoy},"receiptDigest"`),
    ]
    for (const text of forged) {
      expect(text).not.toBe(one)
      expect([undefined, decoded(text)]).toContain(receiptText(text))
    }
    expect(receiptText('')).toBeUndefined()
    expect(receiptText('{"event":{"_tag":"HookReceived"}}')).toBeUndefined()
  })

  it('says nothing of what stands beside it', () => {
    const { event } = decisions[0]!
    expect(besideReceipt(event)).toBe(true)
    expect(besideReceipt({ ...event, enforced: !event.enforced } as DecisionMade)).toBe(false)
    const verdict = event.verdict === 'deny' ? 'permit' : 'deny'
    expect(besideReceipt({ ...event, verdict } as DecisionMade)).toBe(false)
  })
})
