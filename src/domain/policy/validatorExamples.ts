// The examples of a policy's validators, run: the text that each must find fault with, and the one that
// it must let pass. A policy whose own examples fail does not load.
import * as Result from 'effect/Result'
import { utf8 } from '../bytes.ts'
import { printable } from '../oneLine.ts'
import { patternsOf } from '../validate/jsonShape.ts'
import type { Readers, Steps } from '../validate/readers.ts'
import { MOST_STEPS, readyValidator } from '../validate/validate.ts'
import type { Validator, ValidatorExample } from '../validate/validator.ts'
import { PolicyInvalid, type PolicyProblem, pathText } from './invalid.ts'
import { layersOf, type Policy } from './policy.ts'

export interface ValidatorRun {
  readonly validator: Validator
  /** Where it stands, as in `validators[3]`. */
  readonly path: string
  readonly problems: ReadonlyArray<PolicyProblem>
}

/** Every validator's two examples against that validator alone, and its patterns. */
export const runValidatorExamples = (
  policy: Policy,
  readers: Readers,
): ReadonlyArray<ValidatorRun> => {
  // Of all of them together: whoever merely asks what a policy would be may not hold the gate up.
  const steps = { left: MOST_STEPS }
  return layersOf(policy).flatMap(({ validators = [] }, layer) =>
    validators.map((validator, i) => {
      const path = `${layer === 0 ? '' : `layers[${layer - 1}].`}validators[${i}]`
      const named = `${path} (${validator.id})`
      const badPatterns = patternProblems(validator, named, readers)
      return {
        validator,
        path,
        problems:
          badPatterns.length > 0 ? badPatterns : exampleProblems(validator, named, readers, steps),
      }
    }),
  )
}

/** All that fail are listed. */
export const checkValidatorExamples = (
  policy: Policy,
  readers: Readers,
): Result.Result<void, PolicyInvalid> => {
  const problems = runValidatorExamples(policy, readers).flatMap((run) => run.problems)
  return problems.length === 0
    ? Result.succeed(undefined)
    : Result.fail(new PolicyInvalid({ problems }))
}

const patternProblems = (
  { kind, patterns = [], schema }: Validator,
  named: string,
  { pattern }: Readers,
): ReadonlyArray<PolicyProblem> => {
  const all = [
    ...patterns.map((source, i) => ({ at: `${named}.patterns[${i}]`, source })),
    ...(schema === undefined ? [] : patternsOf(schema)).map(({ path, pattern: source }) => ({
      at: `${named}.schema.${pathText(path)}`,
      source,
    })),
  ]
  return all.flatMap(({ at, source }): ReadonlyArray<PolicyProblem> => {
    const compiled = pattern(source)
    if (Result.isFailure(compiled)) return [{ path: at, problem: printable(compiled.failure, 300) }]
    return kind === 'forbidden' && compiled.success.find('', { left: MOST_STEPS }) !== undefined
      ? [{ path: at, problem: 'is found in every text, an empty one too' }]
      : []
  })
}

const exampleProblems = (
  validator: Validator,
  named: string,
  readers: Readers,
  steps: Steps,
): ReadonlyArray<PolicyProblem> => {
  const { check } = readyValidator(validator, readers)
  const { fires, passes } = validator.examples
  steps.left -= lengthOf(fires) + lengthOf(passes)
  if (steps.left < 0)
    return [{ path: `${named}.examples`, problem: 'too much is in all the examples together' }]
  const wrong = check(contentOf(fires), steps)
  const [found] = check(contentOf(passes), steps)
  return [
    // What was not looked at whole is no fault that was found.
    ...(wrong.some(({ code }) => code !== 'unchecked')
      ? []
      : [
          {
            path: `${named}.examples.fires`,
            problem: 'the validator finds nothing wrong with it',
          },
        ]),
    ...(found === undefined
      ? []
      : [
          {
            path: `${named}.examples.passes`,
            problem: `the validator finds fault with it: ${found.line === undefined ? '' : `line ${found.line}: `}${found.says}`,
          },
        ]),
  ]
}

const lengthOf = (example: ValidatorExample): number => {
  if (typeof example === 'string') return example.length
  return 'repeat' in example ? example.repeat.length * example.times : example.base64.length
}

const contentOf = (example: ValidatorExample): Uint8Array => {
  if (typeof example === 'string') return utf8(example)
  return 'repeat' in example
    ? utf8(example.repeat.repeat(example.times))
    : Uint8Array.from(atob(example.base64), (char) => char.charCodeAt(0))
}
