import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { labelsOf, tokenLabelOf } from '../../../src/domain/intel/labels.ts'

describe('labels of a model', () => {
  it('are read by number from id2label', () => {
    expect(Result.getOrThrow(labelsOf({ id2label: { 1: 'B-PERSON', 0: 'O' } }))).toEqual([
      'O',
      'B-PERSON',
    ])
    for (const bad of [
      null,
      {},
      { id2label: [] },
      { id2label: {} },
      { id2label: { 1: 'O' } },
      { id2label: { 0: 7 } },
    ])
      expect(Result.isFailure(labelsOf(bad))).toBe(true)
  })

  it('become kinds of ours, or none', () => {
    expect(tokenLabelOf('O')).toEqual({ place: 'O', type: undefined })
    expect(tokenLabelOf('B-EMAIL_ADDRESS')).toEqual({ place: 'B', type: 'EMAIL_ADDRESS' })
    expect(tokenLabelOf('I-COORDINATE')).toEqual({ place: 'I', type: 'COORDINATES' })
    expect(tokenLabelOf('E-private_person')).toEqual({ place: 'E', type: 'PERSON' })
    expect(tokenLabelOf('L-US_DRIVER_LICENSE')).toEqual({ place: 'E', type: 'US_DRIVER_LICENSE' })
    expect(tokenLabelOf('PERSON')).toEqual({ place: 'I', type: 'PERSON' })
    expect(tokenLabelOf('B-MISC')).toEqual({ place: 'B', type: undefined })
    expect(tokenLabelOf('B-__proto__')).toEqual({ place: 'B', type: undefined })
  })
})
