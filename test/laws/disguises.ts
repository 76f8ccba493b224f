// Ways of writing the same command differently: what runs is the same, or more. None of them may make
// a verdict milder. Each must be valid shell for any command it is given.
import * as fc from 'fast-check'

/** A shell word for a text, in single quotes. */
export const single = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

export interface Disguise {
  readonly name: string
  readonly of: (command: string) => string
  /** It stands before one program, not before shell syntax. */
  readonly simple?: true
}

const base64 = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))

const onFirstWord = (command: string, change: (word: string) => string): string => {
  const at = command.search(/\s|$/)
  const word = command.slice(0, at)
  return /^[\w.+-]+$/.test(word) ? change(word) + command.slice(at) : command
}

export const DISGUISES: ReadonlyArray<Disguise> = [
  { name: 'sh -c', of: (command) => `sh -c ${single(command)}` },
  { name: 'bash -lc', of: (command) => `bash -lc ${single(command)}` },
  { name: 'eval', of: (command) => `eval ${single(command)}` },
  { name: 'subshell', of: (command) => `(${command}\n)` },
  { name: 'braces', of: (command) => `{ ${command}\n}` },
  { name: 'and', of: (command) => `true && {\n${command}\n}` },
  { name: 'or', of: (command) => `false || {\n${command}\n}` },
  { name: 'if', of: (command) => `if true; then\n${command}\nfi` },
  { name: 'else', of: (command) => `if false; then :; else\n${command}\nfi` },
  { name: 'loop', of: (command) => `for i in 1; do\n${command}\ndone` },
  { name: 'while', of: (command) => `while true; do\n${command}\nbreak; done` },
  { name: 'case', of: (command) => `case a in\na)\n${command}\n;; esac` },
  { name: 'function', of: (command) => `f() {\n${command}\n}\nf` },
  { name: 'after cd', of: (command) => `cd . && {\n${command}\n}` },
  { name: 'background', of: (command) => `{\n${command}\n} & wait` },
  { name: 'variable', of: (command) => `x=${single(command)}; eval "$x"` },
  { name: 'variable to sh', of: (command) => `x=${single(command)}; sh -c "$x"` },
  { name: 'two variables', of: (command) => `x=${single(command)}; y=$x; bash -c "$y"` },
  { name: 'here-document', of: (command) => `sh <<'END_OF_TEXT'\n${command}\nEND_OF_TEXT` },
  { name: 'here-string', of: (command) => `bash <<< ${single(command)}` },
  { name: 'printf to sh', of: (command) => `printf '%s' ${single(command)} | sh` },
  { name: 'base64', of: (command) => `echo ${base64(command)} | base64 -d | sh` },
  { name: 'base64 in eval', of: (command) => `eval "$(echo ${base64(command)} | base64 -d)"` },
  { name: 'trap', of: (command) => `trap ${single(command)} EXIT` },
  { name: 'env', of: (command) => `env A=1 ${command}`, simple: true },
  { name: 'nohup', of: (command) => `nohup ${command}`, simple: true },
  { name: 'time', of: (command) => `time ${command}`, simple: true },
  { name: 'timeout', of: (command) => `timeout -k 5 30 ${command}`, simple: true },
  { name: 'nice', of: (command) => `nice -n 5 ${command}`, simple: true },
  { name: 'stdbuf', of: (command) => `stdbuf -o0 ${command}`, simple: true },
  { name: 'setsid', of: (command) => `setsid -w ${command}`, simple: true },
  { name: 'sudo', of: (command) => `sudo -u dev ${command}`, simple: true },
  { name: 'command', of: (command) => `command ${command}`, simple: true },
  { name: 'assignment', of: (command) => `A=1 B=2 ${command}`, simple: true },
  { name: 'exec', of: (command) => `exec ${command}`, simple: true },
  { name: 'negation', of: (command) => `! ${command}`, simple: true },
  { name: 'backslash', of: (command) => onFirstWord(command, (word) => `\\${word}`), simple: true },
  {
    name: 'quotes inside',
    of: (command) => onFirstWord(command, (word) => `${word.slice(0, 1)}''${word.slice(1)}`),
    simple: true,
  },
  {
    name: 'double quotes',
    of: (command) => onFirstWord(command, (word) => `"${word}"`),
    simple: true,
  },
  {
    name: 'ANSI-C quotes',
    of: (command) =>
      onFirstWord(
        command,
        (word) =>
          `$'${[...word].map((one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}'`,
      ),
    simple: true,
  },
  {
    name: 'name in a variable',
    of: (command) => {
      const named = onFirstWord(command, () => '$p')
      return named === command ? command : `p=${command.slice(0, command.search(/\s|$/))}; ${named}`
    },
    simple: true,
  },
  {
    name: 'name by substitution',
    of: (command) => onFirstWord(command, (word) => `$(echo ${word})`),
    simple: true,
  },
  {
    name: 'words in variables',
    of: (command) => {
      const words = command.split(' ')
      if (!words.every((word) => /^[\w./:@%+=,-]+$/.test(word))) return command
      const sets = words.map((word, at) => `v${at}=${single(word)}`).join('; ')
      return `${sets}; ${words.map((_, at) => `"$v${at}"`).join(' ')}`
    },
    simple: true,
  },
  { name: 'busybox', of: (command) => `busybox sh -c ${single(command)}` },
]

export interface Disguised {
  readonly plain: string
  /** Names of the disguises, the innermost first. */
  readonly worn: ReadonlyArray<string>
  readonly text: string
}

/** One to three of them, one inside the other. */
export const disguised = (
  command: fc.Arbitrary<string>,
  disguises: ReadonlyArray<Disguise>,
): fc.Arbitrary<Disguised> =>
  fc
    .tuple(command, fc.array(fc.constantFrom(...disguises), { minLength: 1, maxLength: 3 }))
    .map(([plain, wear]) => {
      // What stands before one program goes on first: around a script it would cover its first command.
      const order = [...wear].sort((a, b) => Number(b.simple ?? false) - Number(a.simple ?? false))
      const kept = order.filter((one, at) => one.simple !== true || at === 0)
      return {
        plain,
        worn: kept.map(({ name }) => name),
        text: kept.reduce((text, { of }) => of(text), plain),
      }
    })
