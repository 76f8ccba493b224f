import * as Result from 'effect/Result'
import { spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { atomicWrite, createOnce, sweepTemporaries } from '../../../src/infra/files/atomicWrite.ts'
import { failureIn, modeOf, scratch } from './scratch.ts'

const MODULE = path.resolve('src/infra/files/atomicWrite.ts')
/** A program that has the module's functions and `file`. */
const program = (file: string, body: string): Array<string> => [
  '--input-type=module',
  '-e',
  `import { atomicWrite, createOnce } from ${JSON.stringify(MODULE)}
   const file = ${JSON.stringify(file)}
   ${body}`,
]
/** A pid that was given out and is free again. */
const gonePid = () => spawnSync('true').pid

describe('atomicWrite', () => {
  it('replaces a file whole and leaves nothing beside it', () => {
    const file = path.join(scratch(), 'a')
    for (const text of ['one', 'a longer second', '']) {
      expect(Result.isSuccess(atomicWrite(file, text))).toBe(true)
      expect(fs.readFileSync(file, 'utf8')).toBe(text)
      expect(modeOf(file)).toBe('600')
    }
    expect(fs.readdirSync(path.dirname(file))).toEqual(['a'])
  })

  it('writes bytes as they are, with the mode asked for', () => {
    const file = path.join(scratch(), 'script')
    Result.getOrThrow(atomicWrite(file, new Uint8Array([0, 255, 10]), { mode: 0o700 }))
    expect([...fs.readFileSync(file)]).toEqual([0, 255, 10])
    expect(modeOf(file)).toBe('700')
  })

  it('replaces a symbolic link itself, never what it points to', () => {
    const dir = scratch()
    fs.writeFileSync(path.join(dir, 'precious'), 'kept')
    fs.symlinkSync('precious', path.join(dir, 'link'))
    Result.getOrThrow(atomicWrite(path.join(dir, 'link'), 'new'))
    expect(fs.readFileSync(path.join(dir, 'precious'), 'utf8')).toBe('kept')
    expect(fs.lstatSync(path.join(dir, 'link')).isFile()).toBe(true)
  })

  it('says which file and why when the directory is missing or the name is a directory', () => {
    const dir = scratch()
    expect(failureIn(atomicWrite(path.join(dir, 'no', 'a'), 'x'))).toMatchObject({
      reason: 'not-found',
      path: path.join(dir, 'no', 'a'),
    })
    fs.mkdirSync(path.join(dir, 'b'))
    expect(failureIn(atomicWrite(path.join(dir, 'b'), 'x'))._tag).toBe('FileFailure')
    expect(fs.readdirSync(dir)).toEqual(['b'])
  })

  it('removes what a crashed write of the same name left, and nothing else', () => {
    const dir = scratch()
    const gone = gonePid()
    const [stale, own] = [`.a.${gone}-0123456789ab.tmp`, `.a.${process.pid}-0123456789ab.tmp`]
    const kept = [`.a.${process.ppid}-0123456789ab.tmp`, `.b.${gone}-0123456789ab.tmp`, '.a.tmp']
    for (const name of [stale, own, ...kept]) fs.writeFileSync(path.join(dir, name), 'x')
    Result.getOrThrow(atomicWrite(path.join(dir, 'a'), 'new'))
    expect(fs.readdirSync(dir).sort()).toEqual([...kept, 'a'].sort())
    sweepTemporaries(dir)
    expect(fs.readdirSync(dir).sort()).toEqual([kept[0], '.a.tmp', 'a'].sort())
  })

  it('leaves the old file and no temporary when the disk is full half way', () => {
    const file = path.join(scratch(), 'a')
    fs.writeFileSync(file, 'old')
    // A limit on file size fails a write part way through, as a full disk does.
    const shell = spawnSync(
      '/bin/sh',
      [
        '-c',
        `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`,
        process.execPath,
        ...program(
          file,
          `const { failure } = atomicWrite(file, 'x'.repeat(1_000_000))
           const { failure: once } = createOnce(file + '2', 'x'.repeat(1_000_000))
           console.log(failure?.reason, once?.reason)`,
        ),
      ],
      { encoding: 'utf8' },
    )
    expect(shell.stdout.trim(), shell.stderr).toBe('full full')
    expect(fs.readFileSync(file, 'utf8')).toBe('old')
    expect(fs.readdirSync(path.dirname(file))).toEqual(['a'])
  })

  it('leaves the old or the new file when its process is killed, and the next write tidies up', async () => {
    const file = path.join(scratch(), 'a')
    Result.getOrThrow(atomicWrite(file, 'a'.repeat(300_000)))
    for (let round = 0; round < 3; round++) {
      const child = spawn(
        process.execPath,
        program(
          file,
          `process.stdout.write('.')
           for (let i = 0; ; i++) atomicWrite(file, (i % 2 ? 'a' : 'b').repeat(300_000))`,
        ),
      )
      const ended = new Promise((resolve) => child.once('exit', resolve))
      await new Promise((resolve) => child.stdout.once('data', resolve))
      await new Promise((resolve) => setTimeout(resolve, 7 * round))
      child.kill('SIGKILL')
      await ended
      expect(fs.readFileSync(file, 'utf8')).toMatch(/^(a{300000}|b{300000})$/)
    }
    Result.getOrThrow(atomicWrite(file, 'tidy'))
    expect(fs.readdirSync(path.dirname(file))).toEqual(['a'])
  })
})

describe('createOnce', () => {
  it('creates a file, and leaves one that is there alone', () => {
    const file = path.join(scratch(), 'k')
    expect(Result.getOrThrow(createOnce(file, 'first'))).toBe('created')
    expect(Result.getOrThrow(createOnce(file, 'second'))).toBe('exists')
    expect(fs.readFileSync(file, 'utf8')).toBe('first')
    expect(modeOf(file)).toBe('600')
    expect(fs.lstatSync(file).nlink).toBe(1)
    expect(fs.readdirSync(path.dirname(file))).toEqual(['k'])
  })

  it('counts a dangling link as there, and does not create what it points to', () => {
    const dir = scratch()
    fs.symlinkSync(path.join(dir, 'target'), path.join(dir, 'k'))
    expect(Result.getOrThrow(createOnce(path.join(dir, 'k'), 'x'))).toBe('exists')
    expect(fs.existsSync(path.join(dir, 'target'))).toBe(false)
  })
})
