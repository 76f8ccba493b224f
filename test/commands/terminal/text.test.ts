import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeJson } from '../../../src/commands/terminal/json.ts'
import { printed, printedLines } from '../../../src/commands/terminal/printed.ts'
import { COLOURED, PLAIN, styleFor } from '../../../src/commands/terminal/style.ts'
import { table } from '../../../src/commands/terminal/table.ts'
import { fitted, padTo, widthOf, wrapped } from '../../../src/commands/terminal/width.ts'

/** Whatever steers a terminal or hides text: controls, bidi overrides, zero widths, separators. */
const STEERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

const anyText = fc.string({ unit: 'binary', maxLength: 80 })

describe('text from outside', () => {
  it('never carries anything that steers a terminal', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printed(text)).not.toMatch(STEERS)
        for (const line of printedLines(text, 5)) expect(line).not.toMatch(STEERS)
      }),
    )
  })

  it('shows an escape sequence written out', () => {
    expect(printed('a\u001b[2Jb')).toBe('a\\u{1b}[2Jb')
  })

  it('keeps the lines of a text and says when there are more', () => {
    expect(printedLines('a\n\tb\nc', 2)).toEqual(['a', '    b', '…'])
  })
})

describe('JSON on a terminal', () => {
  it('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(JSON.parse(safeJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('holds no control or invisible character', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(safeJson({ text })).not.toMatch(
          /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u,
        )
      }),
    )
  })
})

describe('columns of a terminal', () => {
  it('counts wide characters twice, combining ones not at all, styling not at all', () => {
    expect(widthOf('日本')).toBe(4)
    expect(widthOf('e\u0301')).toBe(1)
    expect(widthOf(COLOURED.bold(COLOURED.red('abc')))).toBe(3)
    expect(widthOf('🦊')).toBe(2)
  })

  it('fits any text to any width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 30 }),
        (text, width) => {
          expect(widthOf(fitted(text, width))).toBeLessThanOrEqual(width)
        },
      ),
    )
  })

  it('leaves a text that fits as it is', () => {
    expect(fitted('abc', 3)).toBe('abc')
    expect(fitted('abcd', 3)).toBe('ab…')
  })

  it('wraps so that no line is too wide and no word is lost', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 20 })
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 40 }), (list, width) => {
        const lines = wrapped(list.join(' '), width)
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
        expect(lines.join(' ')).toBe(list.join(' '))
      }),
    )
  })

  it('breaks a word that is wider than the line', () => {
    expect(wrapped('abcdefgh', 3)).toEqual(['abc', 'def', 'gh'])
  })

  it('pads by what is seen', () => {
    expect(padTo('日', 4)).toBe('日  ')
  })
})

describe('a table', () => {
  it('aligns columns and wraps the last one below itself', () => {
    expect(
      table(
        [
          ['a', 'one two three four five six'],
          ['long', 'x'],
        ],
        { width: 28 },
      ),
    ).toEqual(['  a     one two three four', '        five six', '  long  x'])
  })

  it('breaks nothing where the output is piped', () => {
    const long = 'word '.repeat(100).trim()
    expect(table([['a', long]], { width: Infinity })).toEqual([`  a  ${long}`])
  })
})

describe('colour', () => {
  const terminal = { isTTY: true }

  it('is for terminals alone', () => {
    expect(styleFor(terminal, { TERM: 'xterm' }).coloured).toBe(true)
    expect(styleFor({}, { TERM: 'xterm' }).coloured).toBe(false)
    expect(styleFor(terminal, { TERM: 'dumb' }).coloured).toBe(false)
  })

  it('is off when NO_COLOR says so, whatever FORCE_COLOR says', () => {
    expect(styleFor(terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }).coloured).toBe(false)
    expect(styleFor({}, { NO_COLOR: '', FORCE_COLOR: '1' }).coloured).toBe(true)
    expect(styleFor(terminal, { FORCE_COLOR: '0' }).coloured).toBe(false)
  })

  it('adds nothing when it is off', () => {
    expect(PLAIN.red('x')).toBe('x')
    expect(COLOURED.red('')).toBe('')
  })
})
