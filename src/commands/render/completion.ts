// Completion scripts. Each shell asks for the words that may come after those already there; the
// answer is a table made from the commands themselves, so that it cannot fall behind them.

export type Shell = 'bash' | 'zsh' | 'fish'

/** What oclif knows of a command, as far as completion needs it. */
interface KnownCommand {
  readonly id: string
  readonly hidden?: boolean
  readonly flags: Readonly<
    Record<
      string,
      {
        readonly name: string
        readonly char?: string
        readonly type: string
        readonly hidden?: boolean
        readonly options?: ReadonlyArray<string>
      }
    >
  >
  readonly args: Readonly<Record<string, { readonly options?: ReadonlyArray<string> }>>
}

/** The words that may follow a line: after the words of a command, and after a flag with values. */
export interface CompletionWords {
  /** `hook witness` → `verify`, …; a command's own flags and argument values too. */
  readonly after: ReadonlyMap<string, ReadonlyArray<string>>
  /** `--scope` → `user`, `project`; a flag that takes something else has no words: files complete. */
  readonly values: ReadonlyMap<string, ReadonlyArray<string>>
}

/** Commands that take a template by its name, among other things. */
const OF_TEMPLATES: ReadonlySet<string> = new Set(
  ['apply', 'show', 'test'].map((name) => `hook policy ${name}`),
)

/** `templates`: names of the policies that come with the program. */
export const wordsOf = (
  commands: ReadonlyArray<KnownCommand>,
  templates: ReadonlyArray<string> = [],
): CompletionWords => {
  const after = new Map<string, Array<string>>()
  const values = new Map<string, ReadonlyArray<string>>()
  const add = (words: ReadonlyArray<string>, next: string) => {
    const key = words.join(' ')
    const known = after.get(key) ?? []
    if (!known.includes(next)) after.set(key, [...known, next].sort())
  }
  for (const { id, flags, args, hidden } of commands) {
    if (hidden === true) continue
    const words = id.split(/[: ]/)
    for (const [i, word] of words.entries()) add(words.slice(0, i), word)
    for (const { options } of Object.values(args)) for (const one of options ?? []) add(words, one)
    for (const { name, hidden, type, options } of Object.values(flags)) {
      if (hidden === true) continue
      add(words, `--${name}`)
      if (type === 'option')
        values.set(`--${name}`, options ?? (name === 'template' ? templates : []))
    }
    if (OF_TEMPLATES.has(words.join(' '))) for (const name of templates) add(words, name)
    add(words, '--help')
  }
  return { after, values }
}

export const completionScript = (shell: Shell, words: CompletionWords): string =>
  ({ bash, zsh, fish })[shell](words)

/** Words are command names, flags and fixed values: letters, digits, dashes and underscores. */
const cases = (table: ReadonlyMap<string, ReadonlyArray<string>>, indent: string): string =>
  [...table].map(([key, words]) => `${indent}'${key}') words='${words.join(' ')}' ;;`).join('\n')

/** Arms that take one more word into the command so far, where the table knows it. */
const knownLines = (table: ReadonlyMap<string, ReadonlyArray<string>>): string =>
  [...table.keys()]
    .filter(Boolean)
    .map((key) => `      '${key}') line='${key}' ;;`)
    .join('\n')

/** The command so far: its words up to the first flag, as long as the table knows them. */
const bash = ({ after, values }: CompletionWords): string => `# isonapse completion for bash
_isonapse() {
  local words='' line='' word i
  COMPREPLY=()
  case "\${COMP_WORDS[COMP_CWORD - 1]}" in
${[...values].map(([flag, options]) => `    ${flag}) COMPREPLY=($(compgen ${options.length > 0 ? `-W '${options.join(' ')}'` : '-f'} -- "\${COMP_WORDS[COMP_CWORD]}")); return ;;`).join('\n')}
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in -*) break ;; esac
    case "\${line:+$line }$word" in
${knownLines(after)}
      *) break ;;
    esac
  done
  case "$line" in
${cases(after, '    ')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ "\${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _isonapse isonapse
`

const zsh = ({ after, values }: CompletionWords): string => `#compdef isonapse
# isonapse completion for zsh
_isonapse() {
  local words_now='' line='' word i
  case "\${words[CURRENT - 1]}" in
${[...values].map(([flag, options]) => `    ${flag}) ${options.length > 0 ? `compadd -- ${options.join(' ')}` : '_files'}; return ;;`).join('\n')}
  esac
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "$word" in -*) break ;; esac
    case "\${line:+$line }$word" in
${knownLines(after)}
      *) break ;;
    esac
  done
  case "$line" in
${cases(after, '    ').replaceAll(' words=', ' words_now=')}
  esac
  compadd -- \${=words_now}
  _files
}
if [ "$funcstack[1]" = _isonapse ]; then _isonapse "$@"; else compdef _isonapse isonapse; fi
`

const fish = ({ after, values }: CompletionWords): string => {
  const lines = ['# isonapse completion for fish', 'complete -c isonapse -f']
  lines.push(`function __isonapse_line
  set -l line
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and break
    contains -- (string join ' ' $line $word) ${[...after.keys()]
      .filter(Boolean)
      .map((key) => `'${key}'`)
      .join(' ')}; or break
    set -a line $word
  end
  string join ' ' $line
end`)
  for (const [key, words] of after)
    for (const word of words) {
      const condition = `test (__isonapse_line | string collect -a) = '${key}'`
      if (!word.startsWith('--')) lines.push(`complete -c isonapse -n "${condition}" -a ${word}`)
      else {
        const options = values.get(word)
        const takes =
          options === undefined
            ? ''
            : options.length > 0
              ? ` -x -a '${options.join(' ')}'`
              : ' -r -F'
        lines.push(`complete -c isonapse -n "${condition}" -l ${word.slice(2)}${takes}`)
      }
    }
  return `${lines.join('\n')}\n`
}
