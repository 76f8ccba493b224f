import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import { openExport } from '../../../src/infra/verifier/exportFiles.ts'
import { cleanUp, writeExport } from './madeLog.ts'

afterEach(cleanUp)

describe('reading an export', () => {
  it('gives the bytes of a plain file, up to the limit', async () => {
    const files = await openExport(writeExport(new Map([['tile/0/000', utf8('hello')]])))
    expect(await files.read('tile/0/000', 5)).toEqual(utf8('hello'))
    expect(await files.read('tile/0/000', 4)).toBe('too large')
    expect(await files.read('tile/0/001', 5)).toBe('missing')
    expect(await files.read('tile/1/000', 5)).toBe('missing')
    expect(await files.read('tile/0/000/x', 5)).toBe('not a plain file')
  })

  it('does not wait for the writer of a FIFO', async () => {
    const dir = writeExport(new Map())
    execFileSync('mkfifo', [path.join(dir, 'checkpoint')])
    const files = await openExport(dir)
    expect(await files.read('checkpoint', 100)).toBe('not a plain file')
  })

  it('takes the folder itself by any name, a link included', async () => {
    const dir = writeExport(new Map([['checkpoint', utf8('x')]]))
    const link = path.join(writeExport(new Map()), 'link')
    fs.symlinkSync(dir, link)
    expect(await (await openExport(link)).read('checkpoint', 1)).toEqual(utf8('x'))
  })
})
