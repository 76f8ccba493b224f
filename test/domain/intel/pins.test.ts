import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import type { Digest } from '../../../src/domain/hash.ts'
import { utf8 } from '../../../src/domain/bytes.ts'
import {
  expectedOf,
  NO_PINS,
  parsePins,
  type Pin,
  pinOf,
  withPin,
} from '../../../src/domain/intel/pins.ts'
import { modelManifest } from '../../../src/templates/models.ts'

const model = modelManifest().models[0]!
const A = 'a'.repeat(64) as Digest
const B = 'b'.repeat(64) as Digest
const pin: Pin = {
  repository: model.repository,
  asked: model.revision,
  revision: 'c'.repeat(40),
  files: [{ path: 'config.json', bytes: 7, sha256: A }],
  pinned: 1,
}

describe('a pin', () => {
  it('comes back from its file as it was written', () => {
    const pins = withPin(NO_PINS, model.id, pin)
    expect(parsePins(utf8(JSON.stringify(pins)))).toEqual(Result.succeed(pins))
    expect(withPin(pins, model.id, undefined)).toEqual(NO_PINS)
  })

  it('holds for what the manifest asks for now, and for nothing else', () => {
    const pins = withPin(NO_PINS, model.id, pin)
    expect(pinOf(pins, model)).toBe(pin)
    expect(pinOf(pins, { ...model, revision: 'd'.repeat(40) })).toBeUndefined()
    expect(pinOf(pins, { ...model, repository: 'other/repository' })).toBeUndefined()
    expect(pinOf(pins, { ...model, id: 'constructor' })).toBeUndefined()
  })

  it('adds to what the manifest knows, and never replaces it', () => {
    const file = { path: 'config.json', most: 100 }
    expect(expectedOf(file, undefined)).toMatchObject({ most: 100, by: undefined })
    expect(expectedOf(file, pin)).toMatchObject({ bytes: 7, most: 7, sha256: A, by: 'pin' })
    expect(expectedOf({ ...file, sha256: B }, pin)).toEqual({
      path: 'config.json',
      bytes: undefined,
      most: 100,
      sha256: B,
      by: 'manifest',
    })
  })

  it.each(['', '[]', '{"v":2,"models":{}}', '{"v":1,"models":{"small":{}}}', '{"v":1}'])(
    'is not read from %j',
    (text) => {
      expect(Result.isFailure(parsePins(utf8(text)))).toBe(true)
    },
  )
})
