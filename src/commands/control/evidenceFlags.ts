// How much must have been seen before a rule is made of it, as flags of the commands that suggest.
import { integer, string } from '@oclif/core/flags'
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../domain/suggest/evidence.ts'
import { usage } from '../terminal/failure.ts'

export const EVIDENCE_FLAGS = {
  'min-sessions': integer({
    description: 'Sessions in which something must have finished before it is permitted.',
    default: DEFAULT_THRESHOLDS.minSessions,
    min: 1,
    max: 24,
  }),
  'min-days': integer({
    description: 'Days (UTC) on which it must have.',
    default: DEFAULT_THRESHOLDS.minDays,
    min: 1,
    max: 24,
  }),
  'max-new': string({
    description:
      'Ask about what a default permits and was never seen, once at most this share of calls would be new (95%); 0 leaves such defaults open.',
    default: `${DEFAULT_THRESHOLDS.maxNew * 100}%`,
    helpValue: 'PERCENT',
  }),
}

export interface EvidenceFlags {
  readonly 'min-sessions': number
  readonly 'min-days': number
  readonly 'max-new': string
}

export const thresholdsOf = (flags: EvidenceFlags): Thresholds => {
  const percent = /^(\d{1,3}(?:\.\d{1,4})?)%?$/.exec(flags['max-new'])?.[1]
  const maxNew = percent === undefined ? NaN : Number(percent) / 100
  if (!(maxNew >= 0 && maxNew <= 1))
    throw usage(`--max-new ${flags['max-new']}: not a percentage`, '--max-new 2%')
  return { minSessions: flags['min-sessions'], minDays: flags['min-days'], maxNew }
}
