import * as Result from 'effect/Result'
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { destroyKeys } from '../../../src/infra/keys/destroy.ts'
import { createMasterKey, masterKeyFile } from '../../../src/infra/keys/masterKey.ts'
import { obtainSessionKey } from '../../../src/infra/keys/sessionKeyFiles.ts'
import { obtainVaultKey, vaultKeyFile } from '../../../src/infra/keys/vaultKeyFiles.ts'
import { failureIn, scratch } from '../files/scratch.ts'

describe('destroyKeys', () => {
  it('leaves no key behind, not in a copy by hard link either, and can be repeated', () => {
    const dir = path.join(scratch(), 'keys')
    fs.mkdirSync(dir)
    const masterKey = Result.getOrThrow(createMasterKey(dir))
    Result.getOrThrow(obtainSessionKey(dir, masterKey, 's'))
    const copy = path.join(scratch(), 'copy')
    fs.linkSync(masterKeyFile(dir), copy)
    expect(Result.getOrThrow(destroyKeys(dir))).toBe(2)
    expect(fs.readdirSync(dir)).toEqual([])
    expect(fs.readFileSync(copy).includes(Buffer.from(masterKey).toString('base64'))).toBe(false)
    expect(Result.getOrThrow(destroyKeys(dir))).toBe(0)
    expect(Result.getOrThrow(destroyKeys(path.join(dir, 'none')))).toBe(0)
  })

  it('reaches the keys in folders of it', () => {
    const dir = path.join(scratch(), 'keys')
    fs.mkdirSync(dir)
    const masterKey = Result.getOrThrow(createMasterKey(dir))
    Result.getOrThrow(obtainVaultKey(dir, masterKey, 's', 0))
    const copy = path.join(scratch(), 'copy')
    const file = vaultKeyFile(dir, 's', 0)
    fs.linkSync(file, copy)
    const before = fs.readFileSync(file)
    expect(Result.getOrThrow(destroyKeys(dir))).toBe(2)
    expect(fs.readdirSync(dir)).toEqual([])
    // Unlinked alone, the key's bytes would still be on the disk.
    expect(fs.readFileSync(copy).includes(before)).toBe(false)
  })

  it('removes what else was put there without following or overwriting it', () => {
    const outside = scratch()
    const precious = path.join(outside, 'precious')
    fs.writeFileSync(precious, 'kept')
    const dir = path.join(outside, 'keys')
    fs.mkdirSync(dir)
    fs.symlinkSync(precious, path.join(dir, 'link.key'))
    fs.symlinkSync(outside, path.join(dir, 'folder'))
    fs.linkSync(precious, path.join(dir, 'hard.key'))
    fs.mkdirSync(path.join(dir, 'sub'))
    fs.symlinkSync(outside, path.join(dir, 'sub', 'out'))
    spawnSync('mkfifo', [path.join(dir, 'fifo')])
    expect(Result.getOrThrow(destroyKeys(dir))).toBe(5)
    expect(fs.readdirSync(dir)).toEqual([])
    expect(fs.readFileSync(precious, 'utf8')).toBe('kept')
  })

  it('does not go through a link in place of the keys folder', () => {
    const dir = scratch()
    fs.mkdirSync(path.join(dir, 'theirs'))
    fs.writeFileSync(path.join(dir, 'theirs', 'a'), 'kept')
    fs.symlinkSync('theirs', path.join(dir, 'keys'))
    expect(failureIn(destroyKeys(path.join(dir, 'keys'))).reason).toBe('not-directory')
    expect(fs.readFileSync(path.join(dir, 'theirs', 'a'), 'utf8')).toBe('kept')
  })
})
