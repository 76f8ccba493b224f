import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LAWS } from './laws.ts'

describe('the laws of reading and deciding', () => {
  for (const { name, input, broken } of LAWS)
    it(name, () => {
      fc.assert(
        fc.property(input, (value) => {
          expect(broken(value)).toBeUndefined()
        }),
        { numRuns: 150 },
      )
    })
})
