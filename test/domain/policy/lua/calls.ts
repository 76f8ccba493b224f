// Real calls: what agents do all day, attacks in disguise, the recorded session, and the examples
// that the program tables and the policies' rules carry.
import { readFileSync } from 'node:fs'
import { vi } from 'vitest'
import type { Action } from '../../../../src/domain/action/action.ts'
import { exampleAction } from '../../../../src/domain/policy/examples.ts'
import { rulesOf } from '../../../../src/domain/policy/policy.ts'
import type { Example } from '../../../../src/domain/policy/rule.ts'
import { template, TEMPLATE_NAMES } from '../../../../src/templates/templates.ts'
import type { Attack, Attacks } from '../../../attacks/judged.ts'
import { LOOKING } from '../../../everyday/looking.ts'
import { PIPELINES } from '../../../everyday/pipelines.ts'
import { SCRIPTS } from '../../../everyday/scripts.ts'
import { SERVICES } from '../../../everyday/services.ts'
import { SIBLINGS } from '../../../everyday/siblings.ts'
import { STACKS } from '../../../everyday/stacks.ts'
import { EXAMPLES } from '../../../laws/commands.ts'

/** The attacks stand in their tests: they are collected instead of judged. */
const attackCalls = async (): Promise<ReadonlyArray<Attack>> => {
  const held: Array<Attack> = []
  vi.doMock('../../../attacks/judged.ts', () => ({
    attacks: (groups: Attacks) => {
      for (const { calls } of Object.values(groups)) held.push(...calls)
    },
    harmless: (_: string, calls: ReadonlyArray<Attack>) => held.push(...calls),
  }))
  await import('../../../attacks/hiddenCode.test.ts')
  await import('../../../attacks/loss.test.ts')
  await import('../../../attacks/secrets.test.ts')
  await import('../../../attacks/staying.test.ts')
  return held
}

const SESSION = new URL('../../../../examples/sessions/web-dev.hooks.jsonl', import.meta.url)

interface Payload {
  readonly hook_event_name: string
  readonly tool_name: string
  readonly tool_input: Record<string, unknown>
  readonly cwd: string
}

const sessionCalls = (): ReadonlyArray<Example> =>
  readFileSync(SESSION, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Payload)
    .filter((payload) => payload.hook_event_name === 'PreToolUse')
    .map((payload) => ({ tool: payload.tool_name, input: payload.tool_input, cwd: payload.cwd }))

const ruleExamples = (): ReadonlyArray<Example> =>
  TEMPLATE_NAMES.flatMap((name) => rulesOf(template(name))).flatMap(({ examples = {} }) => [
    ...(examples.match ?? []),
    ...(examples.not ?? []),
  ])

/** What they would do, at the place where examples happen. */
export const realActions = async (): Promise<ReadonlyArray<Action>> => {
  const everyday = [LOOKING, PIPELINES, SCRIPTS, SERVICES, SIBLINGS, STACKS].flat()
  const calls = [...(await attackCalls()), ...sessionCalls(), ...ruleExamples(), ...everyday]
  return [...calls, ...EXAMPLES].map(exampleAction)
}
