import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Files, readSource } from '../../../src/infra/server/readSource.ts'
import { temporaryDir } from './plane.ts'

const file = (text: string): string => {
  const at = path.join(temporaryDir(), 'x.sh')
  fs.writeFileSync(at, text)
  return at
}

const failing = (code: string) => (): never => {
  throw Object.assign(new Error(code), { code })
}

/** The real file system, in which some calls fail. */
const but = (broken: Partial<Files>): Files => ({ ...fs, ...broken })

describe('a look at a file', () => {
  it('says what it says, without its byte order mark', () => {
    const { is, text } = readSource(file('\uFEFFls\n'))
    expect({ is, text }).toEqual({ is: 'text', text: 'ls\n' })
  })

  it('gives no text where a step of it fails, whichever and however', () => {
    const at = file('rm -rf x\n')
    for (const code of ['EACCES', 'EIO', 'EMFILE', 'ESTALE', 'EPERM'])
      for (const step of ['lstatSync', 'openSync', 'fstatSync', 'readSync'] as const)
        expect([code, step, readSource(at, 1000, but({ [step]: failing(code) }))]).toEqual([
          code,
          step,
          { is: 'unreadable' },
        ])
    for (const step of ['lstatSync', 'openSync'] as const)
      expect(readSource(at, 1000, but({ [step]: failing('ENOENT') }))).toEqual({ is: 'missing' })
  })

  it('gives no text of a file that a link, a socket or a pipe took the place of', () => {
    const at = file('ls\n')
    for (const code of ['ELOOP', 'ENXIO'])
      expect(readSource(at, 1000, but({ openSync: failing(code) }))).toEqual({ is: 'irregular' })
    const link = path.join(path.dirname(at), 'link')
    fs.symlinkSync(at, link)
    // What lstat() saw was the file; what is opened is the link.
    const late = but({ lstatSync: (() => fs.lstatSync(at)) as unknown as Files['lstatSync'] })
    expect(readSource(link, 1000, late)).toEqual({ is: 'irregular' })
    const folder = path.dirname(at)
    expect(readSource(folder, 1000, late)).toEqual({ is: 'irregular' })
  })

  it('gives no text of a file that changes meanwhile, grows or shrinks', () => {
    for (const change of ['appended', ''] as const) {
      const at = file('ls\n'.repeat(100))
      let turns = 0
      const changing = but({
        readSync: ((...args: Parameters<typeof fs.readSync>) => {
          if (turns++ === 0) fs.writeFileSync(at, change === '' ? '' : `${'ls\n'.repeat(200)}`)
          return fs.readSync(...args)
        }) as Files['readSync'],
      })
      expect(readSource(at, 10_000, changing).is).toBe('pending')
    }
  })

  it('stops at its bound where a file says that it is empty and is not', () => {
    const at = file('')
    const endless = but({
      readSync: ((_: number, bytes: Buffer, offset: number, length: number) => {
        bytes.fill(35, offset, offset + length)
        return length
      }) as unknown as Files['readSync'],
    })
    const { is, text } = readSource(at, 1000, endless)
    expect({ is, text }).toEqual({ is: 'too-large', text: undefined })
  })

  it('does not fail where the file cannot be closed', () => {
    const at = file('ls\n')
    const left: Array<number> = []
    const closing = but({
      closeSync: (one) => {
        left.push(one)
        return failing('EIO')()
      },
    })
    expect(readSource(at, 1000, closing).text).toBe('ls\n')
    for (const one of left) fs.closeSync(one)
  })

  it.runIf(process.platform === 'linux')(
    'takes nothing that the kernel makes up for a file',
    () => {
      expect(readSource('/proc/self/environ')).toEqual({ is: 'irregular' })
      expect(readSource('/sys/kernel/notes')).toEqual({ is: 'irregular' })
    },
  )
})
