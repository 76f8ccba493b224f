// A rule's examples, run: the calls that it must and must not match, read as any call is. A policy
// whose own examples fail does not load, because its author is wrong about what it does.
import * as Result from 'effect/Result'
import type { Action } from '../action/action.ts'
import { analyseCall } from '../action/analyse.ts'
import { normalise, refOf } from '../action/paths.ts'
import type { Place } from '../action/place.ts'
import type { ToolCall } from '../hook/hookEvent.ts'
import { PolicyInvalid, type PolicyProblem } from './invalid.ts'
import { compileRule, matchesAction } from './match.ts'
import { layersOf, type Policy } from './policy.ts'
import { printable } from '../oneLine.ts'
import type { Example, Rule } from './rule.ts'

/** Where examples happen: the same on every machine. Nothing on it is a link. */
const EXAMPLE_PLACE: Place = {
  home: '/home/dev',
  project: '/home/dev/project',
  cwd: '/home/dev/project',
  gate: [
    '/home/dev/.config/isonapse',
    '/home/dev/.local/share/isonapse',
    '/run/user/1000/isonapse',
  ],
}

const callOf = (example: Example): ToolCall => {
  if (typeof example === 'string') return { name: 'Bash', input: { command: example } }
  return 'command' in example
    ? { name: 'Bash', input: { command: example.command } }
    : { name: example.tool, input: example.input }
}

/** What an example's call would do at the example place. */
export const exampleAction = (example: Example): Action => {
  const place = EXAMPLE_PLACE
  const cwd =
    typeof example === 'object' && example.cwd !== undefined
      ? normalise(example.cwd, place.cwd, place.home)
      : place.cwd
  const there = { ...place, cwd }
  return analyseCall(callOf(example), there, { cwd: refOf(cwd, there), links: [] })
}

const LONGEST_SHOWN = 120

const shown = (example: Example): string => {
  const text =
    typeof example === 'string'
      ? example
      : 'command' in example
        ? example.command
        : `${example.tool} ${JSON.stringify(example.input)}`
  return printable(text, LONGEST_SHOWN)
}

/** One rule's examples, run. */
export interface ExamplesRun {
  readonly rule: Rule
  /** Where the rule stands, as in `rules[3]`. */
  readonly path: string
  readonly examples: number
  readonly problems: ReadonlyArray<PolicyProblem>
}

/** Every rule's examples against that rule alone. */
export const runExamples = (policy: Policy): ReadonlyArray<ExamplesRun> =>
  layersOf(policy).flatMap(({ rules }, layer) =>
    rules.map((rule, i) => {
      const path = `${layer === 0 ? '' : `layers[${layer - 1}].`}rules[${i}]`
      const { match = [], not = [] } = rule.examples ?? {}
      return {
        rule,
        path,
        examples: match.length + not.length,
        problems: problemsIn(rule, path),
      }
    }),
  )

const problemsIn = (rule: Rule, path: string): ReadonlyArray<PolicyProblem> => {
  const compiled = compileRule(rule)
  return (['match', 'not'] as const).flatMap((key) =>
    (rule.examples?.[key] ?? []).flatMap((example, j) =>
      matchesAction(compiled, exampleAction(example)) === (key === 'match')
        ? []
        : [
            {
              path: `${path} (${rule.id}).examples.${key}[${j}]`,
              problem: `the rule ${key === 'match' ? 'does not match' : 'matches'} ${shown(example)}`,
            },
          ],
    ),
  )
}

/** All examples that fail are listed. */
export const checkExamples = (policy: Policy): Result.Result<void, PolicyInvalid> => {
  const problems = runExamples(policy).flatMap((run) => run.problems)
  return problems.length === 0
    ? Result.succeed(undefined)
    : Result.fail(new PolicyInvalid({ problems }))
}
