import { describe, expect, it } from 'vitest'
import { count, progressLine, progressOn } from '../../../src/commands/terminal/progress.ts'
import { bufferTerminal } from '../bufferTerminal.ts'

describe('progress', () => {
  it('says how far it is', () => {
    expect(progressLine(5000, 10_000, 'entries')).toBe(
      '[============            ]  50%  5,000 of 10,000 entries',
    )
    expect(progressLine(1, 0, 'entries')).toContain('  0%')
    expect(progressLine(9, 3, 'entries')).toContain('100%')
  })

  it('is drawn on terminals alone, and taken away at the end', () => {
    const piped = bufferTerminal()
    progressOn(piped).update(1, 2, 'entries')
    expect(piped.stderr()).toBe('')

    const terminal = bufferTerminal({ errIsTerminal: true })
    const progress = progressOn(terminal)
    progress.update(1, 2, 'entries')
    progress.end()
    expect(terminal.stderr()).toContain(' 50%  1 of 2 entries')
    expect(terminal.stderr().endsWith('entries\r\u001b[K')).toBe(true)
    expect(terminal.stdout()).toBe('')
  })

  it('writes numbers with their thousands apart', () => {
    expect([0, 999, 1000, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '1,234,567'])
  })
})
