import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Asker, confirm, confirmWord } from '../../../src/commands/terminal/ask.ts'
import {
  askNewPassphrase,
  askPassphrase,
  passphraseFromFile,
} from '../../../src/commands/terminal/passphrase.ts'

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-ask-'))
afterAll(() => fs.rmSync(scratch, { recursive: true }))

const answering = (...lines: ReadonlyArray<string>): Asker => {
  const left = [...lines]
  const next = () => Promise.resolve(left.shift() ?? '')
  return { present: true, line: next, hidden: next }
}
const nobody: Asker = { ...answering(), present: false }

const fileOf = (name: string, text: string): string => {
  const file = path.join(scratch, name)
  fs.writeFileSync(file, text)
  return file
}

describe('a confirmation', () => {
  it('is y or yes and nothing else', async () => {
    for (const yes of ['y', 'Y', 'yes', ' YES '])
      expect(await confirm(answering(yes), 'Go on?'), yes).toBe(true)
    for (const no of ['', 'n', 'no', 'yeah', 'y y', 'ja'])
      expect(await confirm(answering(no), 'Go on?'), no).toBe(false)
  })

  it('is never taken for given where nobody can be asked', async () => {
    await expect(confirm(nobody, 'Go on?')).rejects.toMatchObject({ exit: 2, remedy: 'add --yes' })
    await expect(confirmWord(nobody, 'Sure?', 'yes')).rejects.toMatchObject({ exit: 2 })
  })

  it('takes the whole word where it was asked for', async () => {
    expect(await confirmWord(answering('y'), 'Sure?', 'yes')).toBe(false)
    expect(await confirmWord(answering('yes'), 'Sure?', 'yes')).toBe(true)
  })
})

describe('a passphrase', () => {
  it('is the first line of a file, spaces and all', () => {
    expect(passphraseFromFile(fileOf('a', ' four words go here \nsecond\n'))).toBe(
      ' four words go here ',
    )
    expect(passphraseFromFile(fileOf('b', 'no end'))).toBe('no end')
    expect(passphraseFromFile(fileOf('c', 'windows\r\n'))).toBe('windows')
  })

  it('is refused where there is none', () => {
    expect(() => passphraseFromFile(fileOf('d', '\nlater'))).toThrow('no passphrase')
    expect(() => passphraseFromFile(path.join(scratch, 'absent'))).toThrow('ENOENT')
    expect(() => passphraseFromFile(scratch)).toThrow('EISDIR')
  })

  it('is typed twice when it is new', async () => {
    expect(await askNewPassphrase(answering('one', 'one'), undefined)).toBe('one')
    await expect(askNewPassphrase(answering('one', 'two'), undefined)).rejects.toMatchObject({
      exit: 2,
    })
  })

  it('is asked once when it exists, and never guessed', async () => {
    expect(await askPassphrase(answering('one'), undefined)).toBe('one')
    await expect(askPassphrase(nobody, undefined)).rejects.toMatchObject({
      remedy: 'add --passphrase-file FILE',
    })
  })
})
