// Values baked into the script: a shell reads back exactly what was put in, or it was refused.
import { describe, expect, it } from 'vitest'
import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { shellQuote, shellQuotePath } from '../../../src/infra/transport/shellQuote.ts'
import { SHELLS } from './scripted.ts'

const HARD = [
  '',
  ' ',
  "'",
  "''",
  "it's",
  '"',
  '\\',
  "\\'",
  "'\\''",
  '$(touch /x)',
  '`id`',
  '${HOME}',
  '-n',
  '%s%n',
  '~',
  '*',
  '!!',
  '#x',
  'a;b&c|d>e<f',
  'é“日本”😀',
]

describe.each(SHELLS)('under $name', ({ argv: [shell, ...args] }) => {
  const readBack = (values: ReadonlyArray<string>): ReadonlyArray<string> => {
    const words = values.map((value) => Result.getOrThrow(shellQuote('a value', value)))
    const script = words.map((word) => `printf '%s\\n' ${word}`).join('\n')
    return spawnSync(shell!, args, { input: script, encoding: 'utf8', env: {} })
      .stdout.split('\n')
      .slice(0, -1)
  }

  it('reads the hard ones back as they were', () => {
    expect(readBack(HARD)).toEqual(HARD)
  })

  it('reads any text without control characters back as it was', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !/\p{Cc}/u.test(value))
    fc.assert(
      fc.property(fc.array(text, { minLength: 20, maxLength: 200 }), (values) => {
        expect(readBack(values)).toEqual(values)
      }),
      { numRuns: 20 },
    )
  })
})

it.each(['a\nb', '\0', '/x\r', '\t', '/\u007f', '/\u0085', '/\ud800'])('refuses %j', (value) => {
  const refused = shellQuote('the socket', value)
  expect(Result.isFailure(refused) && refused.failure.what).toBe('the socket')
})

it.each(['', 'x', './x', '~/x', ' /x', '-x'])('refuses %j as a path', (value) => {
  expect(Result.isFailure(shellQuotePath('the socket', value))).toBe(true)
})
