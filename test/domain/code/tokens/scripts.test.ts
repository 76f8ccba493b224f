import { describe, expect, it } from 'vitest'
import { analyseCall } from '../../../../src/domain/action/analyse.ts'
import { PERL_ROWS } from '../../../../src/domain/code/tokens/perl.ts'
import { PHP_ROWS } from '../../../../src/domain/code/tokens/php.ts'
import { RUBY_ROWS } from '../../../../src/domain/code/tokens/ruby.ts'
import { describeEffect, OBSERVED, PLACE } from '../../action/describe.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const effectsOf = (command: string): ReadonlyArray<string> =>
  analyseCall({ name: 'Bash', input: { command } }, PLACE, OBSERVED).effects.map(describeEffect)

/** Without the interpreter's own start, which every text has. */
const run = (program: string, text: string): string => {
  const [first, ...rest] = effectsOf(`${program} ${quoted(text)}`)
  expect(first).toBe(`exec ${program.split(' ')[0]}`)
  return rest.join(', ')
}

const LANGUAGES = [
  ['ruby', 'ruby -e', RUBY_ROWS],
  ['perl', 'perl -e', PERL_ROWS],
  ['php', 'php -r', PHP_ROWS],
] as const

for (const [language, program, rows] of LANGUAGES)
  describe(`the table of ${language}`, () => {
    it('has one row for each name', () => {
      const names = rows.flatMap((row) => row.names.split(' '))
      expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
    })

    for (const row of rows)
      for (const example of row.examples ?? []) {
        const at = example.lastIndexOf(' =>')
        const expected = example
          .slice(at + 3)
          .trim()
          .replace(new RegExp(`^exec ${language}, (?!opaque unread)`), '')
        it(`reads ${JSON.stringify(example.slice(0, at))} as ${expected || 'nothing'}`, () => {
          expect(run(program, example.slice(0, at))).toBe(
            expected.replace(`exec ${language}, opaque unread`, 'opaque unread'),
          )
        })
      }
  })
