// Calls that agents make every day, each permitted by the default policy without a question; and beside
// them calls that look much the same and are not harmless.
import { describe, expect, it } from 'vitest'
import { compiledPolicy } from '../../src/commands/oneShot/explain.ts'
import { judgeCall } from '../../src/commands/oneShot/judge.ts'
import { LOOKING } from './looking.ts'
import { PIPELINES } from './pipelines.ts'
import { SCRIPTS } from './scripts.ts'
import { SERVICES } from './services.ts'
import { SIBLINGS } from './siblings.ts'
import { STACKS } from './stacks.ts'

const DEFAULT = compiledPolicy({ template: 'default' })
const HOME = '/home/dev'

const judged = (command: string) =>
  judgeCall({ tool: 'Bash', input: { command }, cwd: `${HOME}/app`, home: HOME }, DEFAULT)

/** The verdict and what led to it, so that a failure says what was asked about. */
const toldOf = (command: string): string => {
  const { verdict, rules } = judged(command)
  return verdict === 'permit' ? verdict : `${verdict}: ${rules.join(', ')}`
}

const named = (command: string): string => JSON.stringify(command.slice(0, 120))

describe.each([
  ['looking around', LOOKING],
  ['building and testing', STACKS],
  ['reading what runs', SERVICES],
  ['pipelines', PIPELINES],
  ['scripts', SCRIPTS],
])('%s asks nothing', (_, commands) => {
  it.each(commands.map((command) => [named(command), command]))('permits %s', (_name, command) => {
    expect(toldOf(command)).toBe('permit')
  })
})

describe('what only looks like it', () => {
  it.each(SIBLINGS.map((command) => [named(command), command]))(
    'does not permit %s',
    (_name, command) => {
      expect(judged(command).verdict).not.toBe('permit')
    },
  )
})
