import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { LogCreated } from '../../../src/domain/event/event.ts'
import { checkIdentity, pinOf, readPin, writePin } from '../../../src/infra/keys/identity.ts'
import { failureIn, modeOf, scratch } from '../files/scratch.ts'

const created = new LogCreated({
  origin: 'isonapse/a',
  verifierKey: 'isonapse/a+01020304+AAAA',
  authority: null,
  engine: '0.1.0',
})
const pin = pinOf(created)
const file = () => path.join(scratch(), 'identity.json')

describe('the pin', () => {
  it('is read back as it was written, and absent where there is none', () => {
    const at = file()
    expect(Result.getOrThrow(readPin(at))).toBeUndefined()
    Result.getOrThrow(writePin(at, pin))
    expect(Result.getOrThrow(readPin(at))).toEqual(pin)
    expect(modeOf(at)).toBe('600')
  })

  it('is never replaced by another log’s', () => {
    const at = file()
    Result.getOrThrow(writePin(at, pin))
    Result.getOrThrow(writePin(at, pin))
    expect(failureIn(writePin(at, { ...pin, origin: 'isonapse/b' }))).toMatchObject({
      _tag: 'TamperFound',
      where: 'identity',
    })
    expect(Result.getOrThrow(readPin(at))).toEqual(pin)
  })

  it('says what is wrong with a file that holds none', () => {
    const at = file()
    for (const text of [
      '',
      '{',
      '[]',
      '{"origin":"a"}',
      JSON.stringify({ ...pin, authority: 1 }),
    ]) {
      fs.writeFileSync(at, text, { mode: 0o600 })
      expect(failureIn(readPin(at))).toMatchObject({ reason: 'damaged', path: at })
    }
    fs.chmodSync(at, 0o666)
    expect(failureIn(readPin(at)).reason).toBe('mode')
  })
})

describe('checkIdentity', () => {
  it('accepts the pinned log, whichever version made it', () => {
    expect(Result.isSuccess(checkIdentity(pin, created))).toBe(true)
    const later = new LogCreated({ ...pin, engine: '9.9.9' })
    expect(Result.isSuccess(checkIdentity(pin, later))).toBe(true)
  })

  it('finds a log of another origin, signer or authority, a dropped or added authority too', () => {
    const others = [
      { ...pin, origin: 'isonapse/b' },
      { ...pin, verifierKey: 'isonapse/a+01020304+AAAB' },
      { ...pin, authority: 'AAAA' },
    ]
    for (const other of others) {
      const found = new LogCreated({ ...other, engine: '0.1.0' })
      for (const [pinned, entry] of [
        [pin, found],
        [other, created],
      ] as const)
        expect(failureIn(checkIdentity(pinned, entry))).toMatchObject({
          _tag: 'TamperFound',
          where: 'identity',
          index: 0,
        })
    }
  })
})
