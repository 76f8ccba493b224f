import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { atomicWrite } from '../../../src/infra/files/atomicWrite.ts'
import {
  keepPolicyBackup,
  MOST_BACKUPS,
  policyBackups,
} from '../../../src/infra/server/policyBackups.ts'

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-backups-'))
const T = Date.UTC(2026, 0, 1)
let dir: string
let file: string
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(scratch, 'd'))
  file = path.join(dir, 'policy.json')
})
afterAll(() => fs.rmSync(scratch, { recursive: true }))

const keep = (time: number) => Result.getOrThrow(keepPolicyBackup(file, time))
const write = (text: string) => Result.getOrThrow(atomicWrite(file, text))
const kept = () => policyBackups(file).map((backup) => fs.readFileSync(backup, 'utf8'))

describe('backups of policy.json', () => {
  it('hold what it held, and stay when it is written anew', () => {
    write('one')
    keep(T)
    write('two')
    keep(T + 1)
    write('three')
    expect(kept()).toEqual(['one', 'two'])
    expect(policyBackups(file)[0]).toBe(`${file}.2026-01-01T00-00-00-000Z.bak`)
    expect(fs.readFileSync(file, 'utf8')).toBe('three')
  })

  it('are readable by their owner alone, however the file was', () => {
    fs.writeFileSync(file, 'open', { mode: 0o644 })
    keep(T)
    expect(fs.statSync(policyBackups(file)[0]!).mode & 0o777).toBe(0o600)
  })

  it('are never written over, nor missing where nothing was there', () => {
    keep(T)
    expect(policyBackups(file)).toEqual([])
    write('one')
    keep(T)
    write('two')
    keep(T)
    expect(kept().sort()).toEqual(['one', 'two'])
  })

  it('keep no link from being replaced, and nothing through it', () => {
    const other = path.join(dir, 'other')
    fs.writeFileSync(other, 'not ours', { mode: 0o644 })
    fs.symlinkSync(other, file)
    keep(T)
    write('ours')
    expect(fs.readFileSync(other, 'utf8')).toBe('not ours')
    expect(fs.statSync(other).mode & 0o777).toBe(0o644)
    expect(fs.lstatSync(file).isFile()).toBe(true)
  })

  it('are bounded in number, the newest kept, other files left alone', () => {
    fs.writeFileSync(`${file}.mine.bak`, 'mine')
    for (let i = 0; i < MOST_BACKUPS + 5; i++) {
      write(String(i))
      keep(T + i * 1000)
    }
    expect(policyBackups(file)).toHaveLength(MOST_BACKUPS)
    expect(kept().at(-1)).toBe(String(MOST_BACKUPS + 4))
    expect(fs.existsSync(`${file}.mine.bak`)).toBe(true)
  })
})
