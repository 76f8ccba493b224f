// Decisions as they are found in the entries of a log, one after the other, kept as steps to compare.
import * as Result from 'effect/Result'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { decisionIn } from '../../domain/receipt/inEntry.ts'
import { type Step, stepMaker } from '../../domain/receipt/step.ts'
import { MOST_DECISIONS, SourceUnusable } from './receiptSource.ts'

export interface Collected {
  readonly steps: ReadonlyArray<Step>
  /** Takes an entry; throws SourceUnusable for a decision that cannot be read. */
  readonly take: (bytes: Uint8Array, index: number) => void
}

/** `name`: what the person called the log. */
export const collector = (name: string): Collected => {
  const made = stepMaker(sha256)
  const steps: Array<Step> = []
  return {
    steps,
    take: (bytes, index) => {
      const found = decisionIn(bytes, index, sha256)
      if (Result.isFailure(found))
        throw new SourceUnusable({
          source: name,
          detail: found.failure.message,
          remedy: 'isonapse hook witness verify says how much is bad; a later version may read it',
        })
      if (found.success === undefined) return
      const { receipt, receiptDigest } = found.success.event
      steps.push(made(receiptDigest, receipt, index))
      if (steps.length > MOST_DECISIONS) throw tooManyDecisions(name)
    },
  }
}

/** What a log without a decision is: nothing to compare. */
export const noDecisions = (name: string): SourceUnusable =>
  new SourceUnusable({
    source: name,
    detail: 'holds no decisions',
    remedy: 'name a log in which calls were decided on',
  })

export const tooManyDecisions = (name: string): SourceUnusable =>
  new SourceUnusable({
    source: name,
    detail: `holds more than ${MOST_DECISIONS} decisions`,
    remedy: 'isonapse hook witness receipts --from --to writes fewer, to compare',
  })
