import { describe, expect, it } from 'vitest'
import {
  CommandFailure,
  debugLines,
  failureJson,
  failureLines,
} from '../../../src/commands/terminal/failure.ts'
import { PLAIN } from '../../../src/commands/terminal/style.ts'
import { failureOfUsage } from '../../../src/commands/terminal/usageErrors.ts'

const IDS = [
  'completion',
  'hook:start',
  'hook:status',
  'hook:stop',
  'hook:mode',
  'hook:witness:verify',
]

const usageOf = (message: string, argv: ReadonlyArray<string> = []) =>
  failureOfUsage(Object.assign(new Error(message), { oclif: { exit: 2 } }), argv, IDS)

describe('a failure', () => {
  it('is one line and what to do about it', () => {
    expect(
      failureLines({ message: 'no\u001b[31m way', remedy: 'isonapse hook start' }, PLAIN),
    ).toBe('isonapse: no\\u{1b}[31m way\n  → isonapse hook start\n')
    expect(failureLines({ message: 'no' }, PLAIN)).toBe('isonapse: no\n')
  })

  it('is an object for programs, without its stack', () => {
    const failure = new CommandFailure({ kind: 'k', message: 'm', exit: 2, cause: new Error('c') })
    expect(failureJson(failure)).toEqual({ error: { kind: 'k', message: 'm' } })
  })

  it('explains its causes when asked', () => {
    const failure = new CommandFailure({
      kind: 'k',
      message: 'outer',
      exit: 1,
      cause: new Error('inner'),
    })
    expect(debugLines(failure)).toMatch(/outer[^]*caused by Error: inner/)
  })

  it('ends the explanation of a cause that is its own cause', () => {
    const circle = new Error('circle')
    circle.cause = circle
    expect(debugLines(circle).match(/Error: circle/g)!.length).toBeLessThan(10)
  })
})

describe('wrong usage', () => {
  it('suggests the command that was meant', () => {
    expect(usageOf('command hook:stauts not found')).toMatchObject({
      exit: 2,
      message: 'there is no command "hook stauts"',
      remedy: 'did you mean  isonapse hook status  ?',
    })
    expect(usageOf('command status not found').remedy).toContain('isonapse hook status')
    expect(usageOf('command witness:verify not found').remedy).toContain('hook witness verify')
    expect(usageOf('command hook:completion:bash not found').remedy).toContain(
      'isonapse completion',
    )
    expect(usageOf('Command hook:frobnicate:all not found.').remedy).toBe('isonapse --help')
  })

  it('tells an argument too many from an unknown command', () => {
    expect(usageOf('command hook:status:now not found').message).toBe(
      '"hook status" takes no argument "now"',
    )
  })

  it('puts what oclif says on one line, with where to read on', () => {
    const failure = usageOf(
      'Missing 1 required arg:\nKEY  the setting\nSee more help with --help',
      ['hook', 'mode', '--json'],
    )
    expect(failure).toMatchObject({
      exit: 2,
      message: 'missing KEY: the setting',
      remedy: 'isonapse hook mode --help',
    })
  })

  it('is not what a defect is called', () => {
    expect(failureOfUsage(new TypeError('x is not a function'), [], IDS)).toMatchObject({
      kind: 'defect',
      exit: 1,
    })
    expect(failureOfUsage('thrown text', [], IDS).kind).toBe('defect')
  })
})
