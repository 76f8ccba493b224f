import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { compilePath } from '../../../src/domain/policy/pattern.ts'
import { type Content, makeContents } from '../../../src/infra/integrity/contents.ts'
import { diffText } from '../../../src/infra/integrity/diffText.ts'
import { monitoredFiles } from '../../../src/infra/integrity/monitoredFiles.ts'
import { temporaryDir } from '../server/plane.ts'

const textOf = (content: Content | undefined): unknown =>
  content === null || content === undefined
    ? content
    : 'bytes' in content
      ? Buffer.from(content.bytes).toString()
      : content.unheld

describe('what files held', () => {
  it('is told with each change, and once', () => {
    const file = path.join(temporaryDir(), 'a')
    const contents = makeContents()
    expect(contents.look(file)).toBeUndefined()
    const steps: ReadonlyArray<readonly [string | null, unknown]> = [
      ['one', null],
      ['two', 'one'],
      ['two', undefined],
      [null, 'two'],
      [null, undefined],
      ['three', null],
    ]
    for (const [text, before] of steps) {
      if (text === null) fs.rmSync(file, { force: true })
      else fs.writeFileSync(file, text)
      const change = contents.look(file)
      if (before === undefined) expect(change).toBeUndefined()
      else expect([textOf(change?.before), textOf(change?.after)]).toEqual([before, text])
    }
  })

  it('of one that is new is nothing, and of one that is looked at first nobody knows', () => {
    const file = path.join(temporaryDir(), 'a')
    fs.writeFileSync(file, 'x')
    expect(makeContents().look(file)).toBeUndefined()
    expect(makeContents().lookAtNew(file)).toMatchObject({ before: null })
  })

  it('counts permissions, as a script is run by them', () => {
    const file = path.join(temporaryDir(), 'a')
    fs.writeFileSync(file, 'x', { mode: 0o600 })
    const contents = makeContents()
    contents.look(file)
    fs.chmodSync(file, 0o700)
    expect(contents.look(file)).toMatchObject({ before: { mode: 0o600 }, after: { mode: 0o700 } })
  })

  it('is given up with the file, and makes room', () => {
    const dir = temporaryDir()
    const contents = makeContents()
    const files = Array.from({ length: 80 }, (_, i) => path.join(dir, String(i)))
    for (const [i, file] of files.entries()) {
      fs.writeFileSync(file, 'x'.repeat(250_000))
      contents.look(file)
      if (i % 2 === 0) contents.forget(file)
    }
    expect(files.map((file) => contents.has(file))).toEqual(files.map((_, i) => i % 2 === 1))
    fs.writeFileSync(files.at(-1)!, 'y')
    expect(textOf(contents.look(files.at(-1)!)?.before)).toBe('x'.repeat(250_000))
    expect(contents.isThere(files.at(-1)!)).toBe(true)
    fs.rmSync(files.at(-1)!)
    contents.look(files.at(-1)!)
    expect(contents.isThere(files.at(-1)!)).toBe(false)
  })

  it('is held up to a bound, and beyond it known by its stamp', async () => {
    const dir = temporaryDir()
    const contents = makeContents()
    const files = Array.from({ length: 80 }, (_, i) => path.join(dir, String(i)))
    for (const file of files) fs.writeFileSync(file, 'x'.repeat(250_000))
    await new Promise((resolve) => setTimeout(resolve, 80))
    for (const file of files) contents.look(file)
    for (const file of files) fs.appendFileSync(file, 'y')
    const before = files.map((file) => textOf(contents.look(file)?.before))
    expect(before.filter((one) => one === 'full').length).toBeGreaterThan(10)
    expect(before).not.toContain(undefined)
  })
})

describe('the files that a policy monitors', () => {
  it('are those there, and those named without a wildcard', () => {
    const home = temporaryDir()
    const project = path.join(home, 'p')
    for (const file of [
      'p/db/a.sql',
      'p/db/deep/er/b.sql',
      'p/db/node_modules/c.sql',
      'p/x.lock',
      'p/sub/y.lock',
      'notes/a.md',
    ]) {
      fs.mkdirSync(path.dirname(path.join(home, file)), { recursive: true })
      fs.writeFileSync(path.join(home, file), '')
    }
    fs.symlinkSync(home, path.join(project, 'db/loop'))
    const listed = monitoredFiles(
      ['project:db/**', 'project:*.lock', 'project:**/y.lock', '~/notes/*', 'project:gone'].map(
        compilePath,
      ),
      { home, project, cwd: project, gate: [] },
    )
    expect(listed.map((file) => path.relative(home, file)).sort()).toEqual([
      'notes/a.md',
      'p/db/a.sql',
      'p/db/deep/er/b.sql',
      'p/db/loop',
      'p/gone',
      'p/x.lock',
    ])
  })

  it('are listed in bounds', () => {
    const home = temporaryDir()
    const dir = path.join(home, 'many')
    fs.mkdirSync(dir)
    for (let i = 0; i < 700; i++) fs.writeFileSync(path.join(dir, String(i)), '')
    const place = { home, project: '\0', cwd: home, gate: [] }
    expect(monitoredFiles([compilePath('~/many/*')], place).length).toBeLessThanOrEqual(512)
    expect(monitoredFiles([compilePath('project:db/**')], place)).toEqual([])
  })
})

describe('a diff', () => {
  it('is bounded in length and in time', () => {
    const [a, b] = [0, 1].map((n) =>
      Array.from({ length: 30_000 }, (_, i) => `${(i * 7919 + n * 31) % 997}`).join('\n'),
    )
    const began = performance.now()
    const told = diffText(a!, b!)
    expect(performance.now() - began).toBeLessThan(3000)
    expect(told?.diff.length ?? 0).toBeLessThan(40_000)
    const short = diffText('a\n', `a\n${'b\n'.repeat(40_000)}`)
    expect(short).toMatchObject({ added: 40_000, removed: 0 })
    expect(short!.diff).toMatch(/… and \d+ lines more$/)
  })
})
