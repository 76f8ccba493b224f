import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { patterns } from '../../../src/infra/config/setting.ts'

const setting = patterns({ default: '', about: '', applies: 'live' })

describe('a setting of patterns', () => {
  it('is kept as it was written', () => {
    const text = String.raw`STAFF = \bE-\d{6}\b ; OTHER = ä;`
    expect(setting.parse(text)).toEqual(Result.succeed(text))
    expect(setting.check('')).toEqual(Result.succeed(''))
  })

  it('is refused with the reason', () => {
    expect(setting.parse('STAFF = x*')).toMatchObject({
      failure: expect.stringContaining('matches nothing at all'),
    })
    expect(Result.isFailure(setting.check(7))).toBe(true)
  })
})
