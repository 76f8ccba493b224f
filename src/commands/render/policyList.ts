// `policy list` and `policy test` for a person.
import type { ExamplesRun } from '../../domain/policy/examples.ts'
import type { ValidatorRun } from '../../domain/policy/validatorExamples.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { ListedTemplate, PolicyInForce } from '../oneShot/policyList.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { shortDigest } from './status.ts'
import { verdictWord } from './verdict.ts'

type Look = Pick<Terminal, 'style' | 'width'>

const MARKS: Record<ListedTemplate['inForce'], string> = {
  yes: 'in force',
  changed: 'changed',
  no: '',
}

export const listLines = (
  templates: ReadonlyArray<ListedTemplate>,
  inForce: PolicyInForce | undefined,
  { style, width }: Look,
): ReadonlyArray<string> => [
  ...table(
    templates.map(({ name, about, inForce: mark }) => [
      style.bold(name),
      mark === 'yes' ? style.green(MARKS[mark]) : style.yellow(MARKS[mark]),
      about,
    ]),
    { width },
  ),
  '',
  inForce === undefined
    ? style.dim('Nothing is in force yet: isonapse hook init')
    : `In force: ${style.bold(printed(inForce.policy.name, 64))}  ${style.dim(shortDigest(inForce.digest))}`,
]

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** Every rule with what became of its examples, by the layer it is in; the failures below. */
export const testLines = (
  runs: ReadonlyArray<ExamplesRun>,
  { layers = [] }: Pick<Policy, 'layers'>,
  { style, width }: Look,
): ReadonlyArray<string> => {
  const parts = Map.groupBy(runs, ({ path }) => /^layers\[(\d+)\]/.exec(path)?.[1] ?? '')
  const failed = runs.filter((run) => run.problems.length > 0)
  const examples = runs.reduce((sum, run) => sum + run.examples, 0)
  const bare = runs.filter((run) => run.examples === 0).length
  const rows = (of: ReadonlyArray<ExamplesRun>) =>
    table(
      of.map(({ rule, examples: count, problems }) => [
        problems.length > 0
          ? style.red('✗ fail')
          : count === 0
            ? style.dim('- none')
            : style.green('✓ pass'),
        verdictWord(rule.verdict, style, { width: 6 }),
        printed(rule.id, 64),
        count === 0 ? 'no examples' : `${count - problems.length} of ${count}`,
      ]),
      { width },
    )
  return [
    ...[...parts].flatMap(([layer, of]) => [
      ...(layer === ''
        ? []
        : ['', style.bold(`Layer ${printed(layers[Number(layer)]!.name, 64)}`)]),
      ...rows(of),
    ]),
    ...(failed.length === 0 ? [] : ['']),
    ...failed.flatMap(({ problems }) =>
      problems.map(
        ({ path, problem }) => `${style.red('✗')} ${printed(`${path}: ${problem}`, 400)}`,
      ),
    ),
    '',
    `${counted(runs.length, 'rule')}, ${counted(examples, 'example')}${bare === 0 ? '' : `, ${counted(bare, 'rule')} without any`}: ${
      failed.length === 0
        ? style.green('all as they should be')
        : style.red(failed.length === 1 ? '1 rule fails' : `${failed.length} rules fail`)
    }`,
  ]
}

/** Every validator with what became of its two examples; none: nothing is said of them. */
export const validatorLines = (
  runs: ReadonlyArray<ValidatorRun>,
  { style, width }: Look,
): ReadonlyArray<string> => {
  if (runs.length === 0) return []
  const failed = runs.filter(({ problems }) => problems.length > 0)
  return [
    '',
    style.bold('Validators'),
    ...table(
      runs.map(({ validator: { id, kind }, problems }) => [
        problems.length > 0 ? style.red('✗ fail') : style.green('✓ pass'),
        kind,
        printed(id, 64),
      ]),
      { width },
    ),
    ...failed.flatMap(({ problems }) =>
      problems.map(
        ({ path, problem }) => `${style.red('✗')} ${printed(`${path}: ${problem}`, 400)}`,
      ),
    ),
    '',
    `${counted(runs.length, 'validator')}: ${
      failed.length === 0
        ? style.green('all as they should be')
        : style.red(`${counted(failed.length, 'validator')} of them wrong`)
    }`,
  ]
}
