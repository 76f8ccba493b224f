// Shells of application frameworks that run program text which the call hands them, whatever starts
// them: `manage.py shell -c`, `artisan tinker --execute`. Their other tasks are code of the project;
// this text is the call's own, and is read as such.
import { baseName } from '../action/paths.ts'
import type { Language } from '../code/language.ts'
import type { ProgramCall } from './programCall.ts'
import { type ShellWord, tailOf, textOf } from './word.ts'

interface FrameworkShell {
  readonly verbs: RegExp
  readonly options: RegExp
  readonly language: Language
}

const SHELLS: Readonly<Record<string, FrameworkShell>> = {
  'manage.py': { verbs: /^shell(?:_plus)?$/, options: /^(?:-c|--command)$/, language: 'python' },
  artisan: { verbs: /^tinker$/, options: /^--execute$/, language: 'php' },
}

const WORDS_LIMIT = 64

export const runsGivenText = (call: ProgramCall, program: string = call.name): void => {
  const shell = Object.hasOwn(SHELLS, program) ? SHELLS[program] : undefined
  if (shell === undefined) return
  const at = call.args.findIndex((word) => baseName(word.text) === program)
  const words = call.args.slice(at + 1, at + 1 + WORDS_LIMIT)
  if (!words.some((word) => shell.verbs.test(word.text))) return
  const given = words.flatMap((word, index) => valueAt(shell, word, words[index + 1]))
  for (const text of given) call.code(shell.language, text)
  if (given.length > 0) return
  const { from } = call.around.command.stdin
  if (from === 'pipe' || from === 'text' || from === 'file') call.runInput(shell.language)
}

/** `-c TEXT`, `-cTEXT`, `--execute=TEXT`. */
const valueAt = (
  { options }: FrameworkShell,
  word: ShellWord,
  next: ShellWord | undefined,
): ReadonlyArray<ShellWord> => {
  const { text } = word
  if (options.test(text)) return next === undefined ? [] : [next]
  const equals = text.indexOf('=')
  if (text.startsWith('--'))
    return equals > 0 && options.test(text.slice(0, equals)) ? [tailOf(word, equals + 1)] : []
  return /^-c./s.test(text) && options.test('-c') && textOf(word) !== undefined
    ? [tailOf(word, 2)]
    : []
}
