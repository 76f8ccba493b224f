// Reads one text as `python -c` or `node -e` would run it, and writes its effects down in short.
import { analyseCall } from '../../../src/domain/action/analyse.ts'
import type { Action } from '../../../src/domain/action/action.ts'
import type { Source } from '../../../src/domain/action/sources.ts'
import { describeEffect, OBSERVED, PLACE } from '../action/describe.ts'

export type Interpreter = 'python3' | 'node'

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

export const actionOf = (
  interpreter: Interpreter,
  text: string,
  args: ReadonlyArray<string> = [],
): Action => {
  const option = interpreter === 'node' ? '-e' : '-c'
  const command = [interpreter, option, quoted(text), ...args.map(quoted)].join(' ')
  return analyseCall({ name: 'Bash', input: { command } }, PLACE, OBSERVED)
}

/** The effects besides that of starting the interpreter; a `?` follows one that is only possible. */
export const effectsOf = (
  interpreter: Interpreter,
  text: string,
  args: ReadonlyArray<string> = [],
): string =>
  actionOf(interpreter, text, args)
    .effects.filter(
      ({ kind, target }) =>
        !(
          kind === 'exec' &&
          target !== undefined &&
          'program' in target &&
          target.program === interpreter
        ),
    )
    .map((effect) => describeEffect(effect) + (effect.certainty === 'possible' ? '?' : ''))
    .join(', ')

export const kindsOf = (interpreter: Interpreter, text: string): ReadonlySet<string> =>
  new Set(actionOf(interpreter, text).effects.map(({ kind, why }) => why ?? kind))

/** The effects of running a file of the project, with these files beside it. */
export const fileEffects = (
  command: string,
  files: Readonly<Record<string, string>>,
): Action['effects'] => {
  const sources = new Map<string, Source>(
    Object.entries(files).map(([path, text]) => [`${PLACE.project}/${path}`, { is: 'text', text }]),
  )
  return analyseCall({ name: 'Bash', input: { command } }, PLACE, OBSERVED, sources).effects
}

export const effectsOfFile = (command: string, files: Readonly<Record<string, string>>): string =>
  fileEffects(command, files).map(describeEffect).join(', ')
