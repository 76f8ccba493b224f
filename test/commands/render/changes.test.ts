import { describe, expect, it } from 'vitest'
import { changeLines } from '../../../src/commands/render/changes.ts'
import { COLOURED, PLAIN } from '../../../src/commands/terminal/style.ts'

describe('what a change of policy changes', () => {
  it('is wrapped below its own beginning, and prints nothing raw', () => {
    expect(
      changeLines(['+ deny a: one two three four five six', '- tool \u001b[2J'], {
        style: PLAIN,
        width: 30,
      }),
    ).toEqual(['+ deny a: one two three four', '  five six', '- tool \\u{1b}[2J'])
  })

  it('stays on one line where it is piped', () => {
    const line = `+ permit x: ${'word '.repeat(60)}end`
    expect(changeLines([line], { style: PLAIN, width: Infinity })).toEqual([line])
  })

  it('is coloured by whether something goes or comes', () => {
    const [gone, new_, other] = changeLines(['- a', '+ b', 'name: a → b'], {
      style: COLOURED,
      width: 80,
    })
    expect([gone, new_, other]).toEqual([COLOURED.red('- a'), COLOURED.green('+ b'), 'name: a → b'])
  })
})
