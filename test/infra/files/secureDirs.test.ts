import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareDirs } from '../../../src/infra/files/prepareDirs.ts'
import {
  checkAncestors,
  ensurePrivateDir,
  isPrivateDir,
  ownUid,
} from '../../../src/infra/files/secureDirs.ts'
import { pathsUnder } from '../../../src/infra/paths.ts'
import { failureIn, modeOf, scratch } from './scratch.ts'

const other = ownUid() + 1
/** Makes a directory that belongs to neither the uid returned nor root. */
const foreignDir = (dir: string): number => {
  fs.mkdirSync(dir)
  if (ownUid() !== 0) return other
  fs.chownSync(dir, 12_345, 12_345)
  return 0
}

describe('ensurePrivateDir', () => {
  it('creates every missing step closed to other users, whatever the umask', () => {
    const dir = scratch()
    const before = process.umask(0)
    try {
      Result.getOrThrow(ensurePrivateDir(path.join(dir, 'a', 'b', 'c')))
    } finally {
      process.umask(before)
    }
    for (const at of ['a', 'a/b', 'a/b/c']) expect(modeOf(path.join(dir, at))).toBe('700')
  })

  it('tightens one of ours that is open to others, and can be repeated', () => {
    const dir = path.join(scratch(), 'a')
    fs.mkdirSync(dir)
    fs.chmodSync(dir, 0o777)
    expect(isPrivateDir(dir, ownUid())).toBe(false)
    Result.getOrThrow(ensurePrivateDir(dir))
    Result.getOrThrow(ensurePrivateDir(dir))
    expect(modeOf(dir)).toBe('700')
    expect(isPrivateDir(dir, ownUid())).toBe(true)
  })

  it('refuses a symbolic link, even to a directory of ours, and does not touch its target', () => {
    const dir = scratch()
    fs.mkdirSync(path.join(dir, 'real'))
    fs.chmodSync(path.join(dir, 'real'), 0o755)
    fs.symlinkSync('real', path.join(dir, 'link'))
    expect(failureIn(ensurePrivateDir(path.join(dir, 'link')))).toMatchObject({
      reason: 'symlink',
      path: path.join(dir, 'link'),
      remedy: `rm ${path.join(dir, 'link')}`,
    })
    expect(modeOf(path.join(dir, 'real'))).toBe('755')
    expect(isPrivateDir(path.join(dir, 'link'), ownUid())).toBe(false)
  })

  it('refuses a dangling link, a file, a foreign owner and a relative path', () => {
    const dir = scratch()
    fs.symlinkSync('nowhere', path.join(dir, 'dangling'))
    fs.writeFileSync(path.join(dir, 'file'), '')
    expect(failureIn(ensurePrivateDir(path.join(dir, 'dangling'))).reason).toBe('symlink')
    expect(failureIn(ensurePrivateDir(path.join(dir, 'file'))).reason).toBe('not-directory')
    expect(failureIn(ensurePrivateDir(path.join(dir, 'file', 'x'))).reason).toBe('not-directory')
    expect(failureIn(ensurePrivateDir(dir, other))).toMatchObject({ reason: 'owner', path: dir })
    expect(failureIn(ensurePrivateDir('a/b')).reason).toBe('not-absolute')
    expect(fs.existsSync(path.join(dir, 'nowhere'))).toBe(false)
  })
})

describe('checkAncestors', () => {
  it('accepts our own folders under a sticky shared one, and paths not there yet', () => {
    const dir = scratch()
    fs.mkdirSync(path.join(dir, 'shared'))
    fs.chmodSync(path.join(dir, 'shared'), 0o1777)
    fs.mkdirSync(path.join(dir, 'shared', 'own'))
    const target = path.join(dir, 'shared', 'own', 'not', 'there')
    expect(Result.isSuccess(checkAncestors(target))).toBe(true)
  })

  it('names the folder that others may write to, and the command that mends it', () => {
    const dir = path.join(scratch(), "o'pen")
    fs.mkdirSync(path.join(dir, 'a'), { recursive: true })
    for (const [mode, change] of [
      [0o777, 'go-w'],
      [0o775, 'g-w'],
      [0o757, 'o-w'],
    ] as const) {
      fs.chmodSync(dir, mode)
      const failure = failureIn(checkAncestors(path.join(dir, 'a', 'b')))
      expect(failure).toMatchObject({ reason: 'mode', path: dir })
      expect(failure.remedy).toBe(`chmod ${change} '${dir.replace("'", "'\\''")}'`)
    }
    fs.chmodSync(dir, 0o755)
    expect(Result.isSuccess(checkAncestors(path.join(dir, 'a', 'b')))).toBe(true)
  })

  it('names a folder that belongs to somebody else', () => {
    const dir = path.join(scratch(), 'theirs')
    const uid = foreignDir(dir)
    expect(failureIn(checkAncestors(path.join(dir, 'a'), uid)).reason).toBe('owner')
  })

  it('looks behind symbolic links, at where they stand and where they lead', () => {
    const dir = scratch()
    for (const name of ['open/real', 'closed', 'base'])
      fs.mkdirSync(path.join(dir, name), { recursive: true })
    fs.chmodSync(path.join(dir, 'open'), 0o777)
    fs.symlinkSync(path.join(dir, 'open', 'real'), path.join(dir, 'closed', 'absolute'))
    fs.symlinkSync('../open/real', path.join(dir, 'closed', 'relative'))
    fs.symlinkSync('../base', path.join(dir, 'closed', 'fine'))
    for (const name of ['absolute', 'relative'])
      expect(failureIn(checkAncestors(path.join(dir, 'closed', name, 'x')))).toMatchObject({
        reason: 'mode',
        path: path.join(dir, 'open'),
      })
    expect(Result.isSuccess(checkAncestors(path.join(dir, 'closed', 'fine', 'x')))).toBe(true)
  })

  it('ends on links that go round in a circle', () => {
    const dir = scratch()
    fs.symlinkSync('b', path.join(dir, 'a'))
    fs.symlinkSync('a', path.join(dir, 'b'))
    expect(failureIn(checkAncestors(path.join(dir, 'a', 'x'))).reason).toBe('symlink')
  })
})

describe('prepareDirs', () => {
  it('makes every folder ready, and refuses when somebody could swap one', () => {
    const dir = scratch()
    const paths = pathsUnder(path.join(dir, 'home'))
    Result.getOrThrow(prepareDirs(paths))
    Result.getOrThrow(prepareDirs(paths))
    for (const at of [paths.configDir, paths.dataDir, paths.keysDir, paths.runDir])
      expect(modeOf(at)).toBe('700')
    fs.chmodSync(dir, 0o777)
    expect(failureIn(prepareDirs(paths))).toMatchObject({ reason: 'mode', path: dir })
  })

  it('refuses a keys folder that is a symbolic link', () => {
    const dir = scratch()
    const paths = pathsUnder(dir)
    fs.mkdirSync(path.join(dir, 'theirs'))
    fs.mkdirSync(paths.dataDir)
    fs.symlinkSync(path.join(dir, 'theirs'), paths.keysDir)
    expect(failureIn(prepareDirs(paths))).toMatchObject({ reason: 'symlink', path: paths.keysDir })
  })
})
