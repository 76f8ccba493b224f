// Arguments that a program reads as code of its own: a value put there would be code as well, whatever
// quotes stand around it. Too much is refused rather than too little; every refusal tells the way that
// works, which is to hand the value over as a value.

const INTERPRETER =
  /^(?:ba|z|k|c|tc|a|da|fi)?sh\d*$|^(?:rbash|busybox|python|python\d[\d.]*|pypy\d?|node|nodejs|deno|bun|tsx|ts-node|perl|ruby|php|lua|luajit|tclsh|osascript|pwsh|powershell|Rscript|julia|psql|mysql|mariadb|sqlite3|duckdb|mongosh?|redis-cli|clickhouse(?:-client)?|sqlcmd|su|script|expect)$/

/** Programs every argument of which may be code, or is run by a shell on the other side. */
const ALL_CODE = new Set([
  'eval',
  'trap',
  'ssh',
  'sed',
  'gsed',
  'awk',
  'gawk',
  'mawk',
  'nawk',
  'watch',
  'parallel',
  'bc',
  'dc',
  'ed',
  'ex',
  'vi',
  'vim',
  'nvim',
  'emacs',
  'make',
  'tmux',
  'screen',
  'at',
  'batch',
])

/** Of these only what follows `--arg NAME` is a value. */
const FILTERS = new Set(['jq', 'yq', 'gojq', 'jaq'])

/** Options that take code: `-c`, `-lc`, `-e`, `--eval`, also with the code right behind. */
const CODE_OPTION =
  /^-[A-Za-z]*[ceEprBRf](?:$|[^A-Za-z])|^-[ceEr]|^--?(?:eval|print|command|execute|code|exec|run|require|import)(?:$|=)/

export const baseName = (word: string): string => word.slice(word.lastIndexOf('/') + 1)

export const readsCodeFromInput = (words: ReadonlyArray<string>): boolean =>
  words.some((word, i) => {
    const base = baseName(word)
    return INTERPRETER.test(base) || ((i === 0 || !word.startsWith('-')) && ALL_CODE.has(base))
  })

/** Whether the word at `at` is, or holds, code to the program; 0 is the program's own name. */
export const isCode = (words: ReadonlyArray<string>, at: number): boolean => {
  const before = words.slice(0, at).map(baseName)
  if (before.some((base) => ALL_CODE.has(base))) return true
  if (before.some((base) => FILTERS.has(base)))
    return !(
      words[at - 2] === '--arg' ||
      words[at - 2] === '--argjson' ||
      words[at - 1] === '--args'
    )
  if (!before.some((base) => INTERPRETER.test(base))) return false
  // `-c` once given: what follows the code is arguments, which the code alone decides on.
  return (
    CODE_OPTION.test(words[at]!) ||
    CODE_OPTION.test(words[at - 1]!) ||
    // The first operand of a shell or interpreter names what it runs.
    words.slice(1, at).every((word) => word.startsWith('-'))
  )
}
