import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  LONGEST_LINE,
  type Position,
  readSlice,
  type Slice,
  START,
} from '../../../src/infra/transcript/transcriptFile.ts'
import { scratch } from '../files/scratch.ts'
import { line } from './client.ts'

const UID = process.getuid!()

const slice = (file: string, from: Position = START): Slice => {
  const read = readSlice(file, from, UID)
  if (typeof read === 'string') throw new Error(read)
  return read
}

const texts = (read: Slice) => read.lines.map(({ text }) => text)

describe('reading on in a transcript', () => {
  it('gives the lines that may say what something cost, and goes on after them', () => {
    const file = path.join(scratch(), 't')
    fs.writeFileSync(file, `{"type":"user"}\n${line('a', 1)}`)
    const first = slice(file)
    expect(texts(first)).toEqual([line('a', 1).trim()])
    expect(first.end.offset).toBe(fs.statSync(file).size)
    fs.appendFileSync(file, line('b', 2))
    expect(texts(slice(file, first.end))).toEqual([line('b', 2).trim()])
    expect(texts(slice(file, slice(file, first.end).end))).toEqual([])
  })

  it('leaves half a line until its end is there', () => {
    const file = path.join(scratch(), 't')
    const whole = line('a', 1)
    fs.writeFileSync(file, `${line('z', 1)}${whole.slice(0, 30)}`)
    const first = slice(file)
    expect(first.lines).toHaveLength(1)
    expect(slice(file, first.end)).toMatchObject({ lines: [], end: first.end, more: false })
    fs.appendFileSync(file, whole.slice(30))
    expect(texts(slice(file, first.end))).toEqual([whole.trim()])
  })

  it('begins anew where the file was cut, replaced or rewritten', () => {
    const file = path.join(scratch(), 't')
    fs.writeFileSync(file, line('a', 1) + line('b', 1))
    const { end } = slice(file)
    for (const text of [line('c', 1), line('d', 1) + line('e', 1) + line('f', 1)]) {
      fs.writeFileSync(file, text)
      expect(slice(file, end)).toMatchObject({ restarted: true })
      expect(texts(slice(file, end)).join('\n')).toBe(text.trim())
    }
    fs.writeFileSync(file, line('a', 1) + line('b', 1) + line('g', 1))
    expect(slice(file, end)).toMatchObject({ restarted: false, lines: [{}] })
    fs.writeFileSync(file, '')
    expect(slice(file, end)).toMatchObject({ restarted: true, lines: [], end: START })
  })

  it('believes no position that cannot be', () => {
    const file = path.join(scratch(), 't')
    fs.writeFileSync(file, line('a', 1))
    for (const offset of [-1, 1e300, 1.5, 3])
      expect(slice(file, { offset, tail: 'made up' })).toMatchObject({ restarted: true })
  })

  it('passes by a line that is longer than is read, and reads what follows it', () => {
    const file = path.join(scratch(), 't')
    fs.writeFileSync(file, line('a', 1))
    fs.appendFileSync(file, Buffer.alloc(LONGEST_LINE + 3_000_000, 'x'))
    fs.appendFileSync(file, `"assistant"\n${line('b', 2)}`)
    const found: Array<string> = []
    let position: Position = START
    let tooLong = 0
    for (;;) {
      const read = slice(file, position)
      found.push(...texts(read))
      tooLong += read.tooLong ? 1 : 0
      expect(read.end.offset).toBeGreaterThanOrEqual(position.offset)
      position = read.end
      if (!read.more) break
    }
    expect(found).toEqual([line('a', 1).trim(), line('b', 2).trim()])
    expect(tooLong).toBe(1)
  })

  it('reads a large file in bounded slices, each line once', () => {
    const file = path.join(scratch(), 't')
    const filler = `{"type":"user","text":"${'y'.repeat(2000)}"}\n`
    const all = Array.from({ length: 3000 }, (_, i) => (i % 100 === 0 ? line(`m${i}`, i) : filler))
    fs.writeFileSync(file, all.join(''))
    const found: Array<string> = []
    let position: Position = START
    let slices = 0
    for (;;) {
      const read = slice(file, position)
      slices += 1
      found.push(...texts(read))
      position = read.end
      if (!read.more) break
    }
    expect(slices).toBeGreaterThan(4)
    expect(found).toEqual(all.filter((one) => one !== filler).map((one) => one.trim()))
    // Where any line ends is a place to go on from.
    const [first] = slice(file).lines
    expect(texts(slice(file, first!.end))[0]).toBe(found[1])
  })

  it('says why there is nothing to read, and waits for nobody', () => {
    const dir = scratch()
    const at = (name: string) => path.join(dir, name)
    fs.writeFileSync(at('real'), line('a', 1))
    fs.symlinkSync(at('real'), at('link'))
    fs.mkdirSync(at('dir'))
    execFileSync('mkfifo', [at('pipe')])
    expect(readSlice(at('nothing'), START, UID)).toBe('missing')
    expect(readSlice(at('real/below'), START, UID)).toBe('missing')
    expect(readSlice(at('link'), START, UID)).toBe('not-regular')
    expect(readSlice(at('dir'), START, UID)).toBe('not-regular')
    expect(readSlice(at('pipe'), START, UID)).toBe('not-regular')
    expect(readSlice(at('real'), START, UID + 1)).toBe('owner')
    fs.truncateSync(at('real'), 5e9)
    expect(readSlice(at('real'), START, UID)).toBe('too-large')
  })
})
