// Which programs may be baked into the hook client: those that nobody else can replace.
import { afterAll, describe, expect, it } from 'vitest'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import {
  findPrograms,
  findShellPrograms,
  trustedProgram,
} from '../../../src/infra/transport/programs.ts'
import { makeFolder, removeFolders } from './scripted.ts'

afterAll(removeFolders)

const program = (dir: string, name: string, mode = 0o755): string => {
  const file = path.join(dir, name)
  fs.writeFileSync(file, '#!/bin/sh\n')
  fs.chmodSync(file, mode)
  return file
}

const reasonOf = (file: string, uid?: number): string => {
  const trusted = trustedProgram(file, uid)
  return Result.isSuccess(trusted) ? 'trusted' : trusted.failure.reason
}

describe('a program', () => {
  it('is trusted when only root and the user can change it', () => {
    expect(reasonOf(program(makeFolder(), 'nc'))).toBe('trusted')
  })

  it.each([
    ['that anyone may write', 0o777, 'mode'],
    ['that its group may write', 0o775, 'mode'],
    ['that cannot be run', 0o644, 'not-regular'],
  ] as const)('%s is refused', (_, mode, reason) => {
    expect(reasonOf(program(makeFolder(), 'nc', mode))).toBe(reason)
  })

  it('in a folder that others may write is refused, above it too, and behind a link too', () => {
    const outer = makeFolder()
    const inner = path.join(outer, 'bin')
    fs.mkdirSync(inner)
    const file = program(inner, 'nc')
    const link = path.join(makeFolder(), 'nc')
    fs.symlinkSync(file, link)
    expect(reasonOf(link)).toBe('trusted')
    fs.chmodSync(inner, 0o777)
    expect([reasonOf(file), reasonOf(link)]).toEqual(['mode', 'mode'])
    fs.chmodSync(inner, 0o755)
    fs.chmodSync(outer, 0o777)
    expect([reasonOf(file), reasonOf(link)]).toEqual(['mode', 'mode'])
  })

  it('reached over a link in a folder that others may write is refused', () => {
    const [first, between, last] = [makeFolder(), makeFolder(), makeFolder()]
    const file = program(last, 'nc.real')
    fs.symlinkSync(file, path.join(between, 'nc'))
    fs.symlinkSync(path.join(between, 'nc'), path.join(first, 'nc'))
    expect(reasonOf(path.join(first, 'nc'))).toBe('trusted')
    fs.chmodSync(between, 0o777)
    expect(reasonOf(path.join(first, 'nc'))).toBe('mode')
  })

  it('that belongs to somebody else is refused', () => {
    const file = program(makeFolder(), 'nc')
    const uid = fs.statSync(file).uid
    if (uid === 0) fs.chownSync(file, 12_345, 12_345)
    expect(reasonOf(file, uid === 0 ? 0 : uid + 1)).toBe('owner')
  })

  it('that is a folder, a circle of links or nothing is refused', () => {
    const dir = makeFolder()
    fs.mkdirSync(path.join(dir, 'folder'))
    fs.symlinkSync('b', path.join(dir, 'a'))
    fs.symlinkSync('a', path.join(dir, 'b'))
    expect(reasonOf(path.join(dir, 'folder'))).toBe('not-regular')
    expect(reasonOf(path.join(dir, 'a'))).toBe('symlink')
    expect(reasonOf(path.join(dir, 'none'))).toBe('not-found')
  })
})

describe('looking for programs', () => {
  it('takes each file once, as it was found, and says what it refused', () => {
    const [one, two, three] = [makeFolder(), makeFolder(), makeFolder()]
    const real = program(one, 'nc')
    fs.symlinkSync(real, path.join(two, 'nc'))
    const loose = program(three, 'nc', 0o777)
    const { found, refused } = findPrograms('nc', [one, two, three])
    expect(found).toEqual([real])
    expect(refused.map((failure) => failure.path)).toEqual([loose])
    expect(findPrograms('nc', [two, one]).found).toEqual([path.join(two, 'nc')])
  })

  it('does not look along PATH', () => {
    const dir = makeFolder()
    program(dir, 'a-program-of-nobody')
    const before = process.env['PATH']
    process.env['PATH'] = dir
    try {
      expect(findPrograms('a-program-of-nobody').found).toEqual([])
    } finally {
      process.env['PATH'] = before
    }
  })

  it('finds what every script needs, or names what is missing', () => {
    const programs = Result.getOrThrow(findShellPrograms())
    for (const file of Object.values(programs)) expect(path.isAbsolute(file)).toBe(true)
    const dir = makeFolder()
    for (const name of ['env', 'sh', 'cat']) program(dir, name)
    const missing = findShellPrograms([dir])
    expect(Result.isFailure(missing) && missing.failure.path).toBe('sleep')
  })
})
