import * as Result from 'effect/Result'
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readWhole, replaceWhole } from '../../../src/infra/files/replaceFile.ts'
import { scratch } from './scratch.ts'

const fileWith = (text: string): string => {
  const file = path.join(scratch(), 'a.txt')
  fs.writeFileSync(file, text, { mode: 0o640 })
  return file
}

const reasonOf = (result: Result.Result<unknown, { readonly reason: string }>): string =>
  Result.isFailure(result) ? result.failure.reason : 'none'

describe('a file is replaced whole', () => {
  it('with its rights and its time as they were', () => {
    const file = fileWith('old')
    const before = fs.statSync(file)
    const read = Result.getOrThrow(readWhole(file, 100))
    expect(reasonOf(replaceWhole(file, { ...read, bytes: Buffer.from('new') }))).toBe('none')
    const after = fs.statSync(file)
    expect(fs.readFileSync(file, 'utf8')).toBe('new')
    expect([after.mode, after.mtimeMs]).toEqual([before.mode, before.mtimeMs])
    expect(fs.readdirSync(path.dirname(file))).toEqual(['a.txt'])
  })

  it.each([
    ['was written to', (file: string) => fs.appendFileSync(file, ' and more')],
    [
      'was put in its place',
      (file: string) => {
        fs.writeFileSync(`${file}.new`, 'mine')
        fs.renameSync(`${file}.new`, file)
      },
    ],
    [
      'is a link now',
      (file: string) => {
        fs.renameSync(file, `${file}.moved`)
        fs.symlinkSync(`${file}.moved`, file)
      },
    ],
    ['was removed', (file: string) => fs.rmSync(file)],
  ])('but not one that %s since it was read', (_, meanwhile) => {
    const file = fileWith('old')
    const read = Result.getOrThrow(readWhole(file, 100))
    meanwhile(file)
    const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined
    expect(reasonOf(replaceWhole(file, { ...read, bytes: Buffer.from('new') }))).not.toBe('none')
    expect(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined).toBe(before)
    expect(fs.readdirSync(path.dirname(file)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('but nothing that is no regular file, and none that is too large, is read', () => {
    const file = fileWith('12345')
    const dir = path.dirname(file)
    fs.symlinkSync(file, path.join(dir, 'link'))
    execFileSync('mkfifo', [path.join(dir, 'pipe')])
    for (const name of ['link', 'pipe', '.', 'absent'])
      expect(Result.isFailure(readWhole(path.join(dir, name), 100))).toBe(true)
    expect(Result.isFailure(readWhole(file, 4))).toBe(true)
  })
})
