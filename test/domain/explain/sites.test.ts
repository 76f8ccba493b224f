import { describe, expect, it } from 'vitest'
import type { ActionEffect } from '../../../src/domain/action/effect.ts'
import { sitesOf } from '../../../src/domain/explain/sites.ts'

const PLACE = { home: '/home/dev', project: '/home/dev/app', cwd: '/home/dev/app', gate: [] }
const TEXT = 'first\n  second line \nlast'
const SOURCES = new Map([['/home/dev/app/x.sh', { is: 'text' as const, text: TEXT }]])

const effect = (start: number, file = 'x.sh'): ActionEffect => ({
  kind: 'exec',
  certainty: 'certain',
  in: { project: file },
  span: { start, end: start + 1 },
})
const sites = (...effects: ReadonlyArray<ActionEffect>) => sitesOf(effects, SOURCES, PLACE)

describe('where an effect stands', () => {
  it('is the line that its span begins in, with its text', () => {
    expect(sites(effect(0), effect(TEXT.indexOf('line')), effect(TEXT.length - 1))).toEqual([
      { effect: 0, line: 1, text: 'first' },
      { effect: 1, line: 2, text: 'second line' },
      { effect: 2, line: 3, text: 'last' },
    ])
  })

  it('is not told of a file that nobody looked at, nor beyond the end of one', () => {
    expect(sites(effect(0, 'other.sh'), effect(TEXT.length + 1))).toEqual([])
    expect(sites({ kind: 'exec', certainty: 'certain', span: { start: 0, end: 1 } })).toEqual([])
  })

  it('shows a bounded part of a line, and no half of a character', () => {
    const long = new Map([
      [
        '/home/dev/app/x.sh',
        { is: 'text' as const, text: `${'a'.repeat(239)}\u{1f600}${'b'.repeat(999)}` },
      ],
    ])
    const [site] = sitesOf([effect(0)], long, PLACE)
    expect(site!.text.length).toBeLessThanOrEqual(240)
    expect(site!.text.isWellFormed()).toBe(true)
  })
})
