import * as Result from 'effect/Result'
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readOwnFile } from '../../../src/infra/files/readOwnFile.ts'
import { ownUid } from '../../../src/infra/files/secureDirs.ts'
import { failureIn, scratch } from './scratch.ts'

const own = (data: string | Uint8Array, mode = 0o600): string => {
  const file = path.join(scratch(), 'own file')
  fs.writeFileSync(file, data)
  fs.chmodSync(file, mode)
  return file
}
const reasonOf = (file: string, uid?: number) =>
  failureIn(readOwnFile(file, { maxBytes: 100, ...(uid === undefined ? {} : { uid }) })).reason

describe('readOwnFile', () => {
  it('reads a file of ours up to the limit', () => {
    for (const bytes of [0, 1, 100]) {
      const data = Buffer.alloc(bytes, 7)
      expect(Result.getOrThrow(readOwnFile(own(data), { maxBytes: 100 }))).toEqual(data)
    }
    expect(Result.getOrThrow(readOwnFile(own('x', 0o400), { maxBytes: 1 }))).toHaveLength(1)
    const large = Buffer.alloc(300_000, 'abc')
    expect(Result.getOrThrow(readOwnFile(own(large), { maxBytes: 300_000 }))).toEqual(large)
  })

  it('refuses one byte more', () => {
    expect(reasonOf(own(Buffer.alloc(101)))).toBe('too-large')
  })

  it('refuses a file open to others and says which command closes it', () => {
    for (const mode of [0o644, 0o640, 0o601, 0o620]) {
      const file = own('secret', mode)
      const failure = failureIn(readOwnFile(file, { maxBytes: 100 }))
      expect(failure).toMatchObject({ reason: 'mode', remedy: `chmod 600 '${file}'` })
      expect(JSON.stringify(failure)).not.toContain('secret')
    }
  })

  it('refuses links, directories, FIFOs, devices and foreign files, without waiting on any', () => {
    const dir = scratch()
    const file = own('x')
    fs.symlinkSync(file, path.join(dir, 'link'))
    spawnSync('mkfifo', ['-m', '600', path.join(dir, 'fifo')])
    fs.mkdirSync(path.join(dir, 'dir'))
    expect(reasonOf(path.join(dir, 'link'))).toBe('symlink')
    expect(reasonOf(path.join(dir, 'fifo'))).toBe('not-regular')
    expect(reasonOf(path.join(dir, 'dir'))).toBe('not-regular')
    expect(reasonOf('/dev/zero')).toBe('not-regular')
    expect(reasonOf(file, ownUid() + 1)).toBe('owner')
    expect(reasonOf(path.join(dir, 'missing'))).toBe('not-found')
  })
})
