import * as Result from 'effect/Result'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueFault } from '../../../src/domain/secret/declared.ts'
import { destroyKeys } from '../../../src/infra/keys/destroy.ts'
import {
  destroySecret,
  readSecret,
  secretFile,
  secretsDir,
  sweepSecrets,
  writeSecret,
} from '../../../src/infra/secrets/secretFiles.ts'
import { failureIn, modeOf, scratch } from '../files/scratch.ts'

const key = randomBytes(32)
const sinks = { programs: ['curl'], hosts: ['api.example.com'], paths: [], servers: [] }
const VALUE = ['made', 'up', 'value'].join(' ')

const keysIn = (): string => {
  const dir = path.join(scratch(), 'keys')
  fs.mkdirSync(dir, { mode: 0o700 })
  return dir
}
const write = (keys: string, value = VALUE, name = 'A', to = sinks) =>
  Result.getOrThrow(writeSecret(keys, key, { name, sinks: to, value }))
const read = (keys: string, name = 'A', to = sinks) => readSecret(keys, key, { name, sinks: to })

describe('a secret’s file', () => {
  it('gives back any value that is taken', () => {
    const keys = keysIn()
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1 }).filter((one) => valueFault(one) === undefined),
        (value) => {
          write(keys, value)
          expect(Result.getOrThrow(read(keys))).toBe(value)
        },
      ),
      { numRuns: 20 },
    )
    write(keys, 'x'.repeat(65_536))
    expect(Result.getOrThrow(read(keys))).toHaveLength(65_536)
    expect(modeOf(secretFile(keys, 'A'))).toBe('600')
    expect(modeOf(secretsDir(keys))).toBe('700')
  })

  it('opens for its own name, sinks and master key alone', () => {
    const keys = keysIn()
    write(keys)
    expect(Result.getOrThrow(read(keys, 'B'))).toBe('no-value')
    fs.copyFileSync(secretFile(keys, 'A'), secretFile(keys, 'B'))
    expect(failureIn(read(keys, 'B'))).toMatchObject({ reason: 'damaged' })
    const other = { ...sinks, hosts: ['*'] }
    expect(failureIn(read(keys, 'A', other))).toMatchObject({ reason: 'damaged' })
    expect(failureIn(readSecret(keys, randomBytes(32), { name: 'A', sinks }))).toMatchObject({
      reason: 'damaged',
    })
    fs.appendFileSync(secretFile(keys, 'A'), ' ')
    expect(failureIn(read(keys)).message).not.toContain(VALUE)
  })

  it('leaves nothing of a value that is replaced or destroyed, not in a copy by hard link either', () => {
    const keys = keysIn()
    const file = secretFile(keys, 'A')
    const copies = [path.join(scratch(), 'a'), path.join(scratch(), 'b')]
    write(keys, 'y'.repeat(5000))
    const before = fs.readFileSync(file, 'utf8')
    fs.linkSync(file, copies[0]!)
    write(keys)
    const after = fs.readFileSync(file, 'utf8')
    fs.linkSync(file, copies[1]!)
    Result.getOrThrow(destroySecret(keys, 'A'))
    Result.getOrThrow(destroySecret(keys, 'A'))
    for (const [copy, text] of [
      [copies[0]!, before],
      [copies[1]!, after],
    ] as const) {
      const left = fs.readFileSync(copy)
      for (let at = 0; at + 24 < text.length; at += 24)
        expect(left.includes(text.slice(at, at + 24))).toBe(false)
    }
    expect(fs.readdirSync(secretsDir(keys))).toEqual([])
    expect(Result.getOrThrow(read(keys))).toBe('no-value')
  })

  it('outlives a crash before the new value is there, and its leftovers are swept', () => {
    const keys = keysIn()
    write(keys)
    write(keys, 'orphan', 'B')
    const file = secretFile(keys, 'A')
    fs.linkSync(file, `${file}.old`)
    fs.writeFileSync(path.join(secretsDir(keys), 'junk'), 'x')
    expect(Result.getOrThrow(sweepSecrets(keys, ['A']))).toBe(3)
    expect(fs.readdirSync(secretsDir(keys))).toEqual([path.basename(file)])
    expect(Result.getOrThrow(read(keys))).toBe(VALUE)
    expect(Result.getOrThrow(sweepSecrets(path.join(keys, 'none'), ['A']))).toBe(0)
  })

  it('is destroyed with the keys', () => {
    const keys = keysIn()
    write(keys)
    const copy = path.join(scratch(), 'copy')
    fs.linkSync(secretFile(keys, 'A'), copy)
    const text = fs.readFileSync(copy, 'utf8')
    Result.getOrThrow(destroyKeys(keys))
    expect(fs.readdirSync(keys)).toEqual([])
    expect(fs.readFileSync(copy, 'latin1')).not.toContain(text.slice(20, 60))
  })
})
