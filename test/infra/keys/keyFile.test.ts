import * as Result from 'effect/Result'
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { verifyEd25519 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { createLogKey, logKeyFile, readLogKey } from '../../../src/infra/keys/logKey.ts'
import { createMasterKey, masterKeyFile, readMasterKey } from '../../../src/infra/keys/masterKey.ts'
import { failureIn, modeOf, scratch } from '../files/scratch.ts'

describe('the master key', () => {
  it('is created once, 32 bytes, for the user alone', () => {
    const dir = scratch()
    const key = Result.getOrThrow(createMasterKey(dir))
    expect(key).toHaveLength(32)
    expect(Result.getOrThrow(createMasterKey(dir))).toEqual(key)
    expect(Result.getOrThrow(readMasterKey(dir))).toEqual(key)
    expect(modeOf(masterKeyFile(dir))).toBe('600')
    expect(Result.getOrThrow(createMasterKey(scratch()))).not.toEqual(key)
  })

  it('is never made up anew when it is only read', () => {
    const dir = scratch()
    expect(failureIn(readMasterKey(dir))).toMatchObject({
      _tag: 'KeyFailure',
      reason: 'missing',
      path: masterKeyFile(dir),
    })
    expect(fs.readdirSync(dir)).toEqual([])
  })

  it('is damaged when any character of its file changes, is missing or is too much', () => {
    const dir = scratch()
    Result.getOrThrow(createMasterKey(dir))
    const file = masterKeyFile(dir)
    const text = fs.readFileSync(file, 'latin1')
    const broken = [
      '',
      `${text}\n`,
      ...Array.from(text, (_, i) => text.slice(0, i)),
      ...Array.from(text, (char, i) => {
        const other = String.fromCharCode(char.charCodeAt(0) ^ 1)
        return text.slice(0, i) + other + text.slice(i + 1)
      }),
    ]
    for (const bytes of broken) {
      fs.writeFileSync(file, bytes, 'latin1')
      expect(failureIn(readMasterKey(dir)).reason).toBe('damaged')
    }
  })

  it('is not taken from a file that others can read, a FIFO or a link', () => {
    const dir = scratch()
    Result.getOrThrow(createMasterKey(dir))
    const file = masterKeyFile(dir)
    fs.chmodSync(file, 0o644)
    for (const read of [readMasterKey, createMasterKey])
      expect(failureIn(read(dir))).toMatchObject({ reason: 'mode', remedy: `chmod 600 ${file}` })
    fs.renameSync(file, `${file}.away`)
    fs.symlinkSync(`${file}.away`, file)
    expect(failureIn(createMasterKey(dir)).reason).toBe('symlink')
    fs.unlinkSync(file)
    spawnSync('mkfifo', ['-m', '600', file])
    expect(failureIn(createMasterKey(dir)).reason).toBe('not-regular')
  })
})

describe("the log's key", () => {
  it('is the same signer every time it is read', () => {
    const dir = scratch()
    const signer = Result.getOrThrow(createLogKey(dir))
    const again = Result.getOrThrow(readLogKey(dir))
    const message = Buffer.from('a checkpoint')
    expect(again.publicKey).toEqual(signer.publicKey)
    expect(verifyEd25519(signer.publicKey, message, again.sign(message))).toBe(true)
  })

  it('is not mistaken for the master key', () => {
    const dir = scratch()
    Result.getOrThrow(createMasterKey(dir))
    fs.copyFileSync(masterKeyFile(dir), logKeyFile(dir))
    expect(failureIn(readLogKey(dir)).reason).toBe('damaged')
  })
})
