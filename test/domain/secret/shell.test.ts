// The scripts run in a real bash: what a program gets must be the template with the value in it.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { rewrittenScript } from '../../../src/domain/secret/shell.ts'

const S = '{{ secret.TOKEN }}'
const VARIABLE = 'ISO_4f1c9e0b7d'

const rewritten = (script: string) => rewrittenScript(script, () => VARIABLE)

const refusedAs = (script: string): string | undefined => {
  const result = rewritten(script)
  return Result.isFailure(result) ? result.failure.why : undefined
}

const SHELLS = ['/bin/bash', '/bin/sh', '/bin/zsh', '/usr/bin/zsh'].filter((shell) =>
  fs.existsSync(shell),
)

/** A pattern that matches no file stays as it is. */
const EMPTY = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-shell-'))
afterAll(() => fs.rmdirSync(EMPTY))

/** What `show` got, each argument in its own string. */
const run = (script: string, value: string, shell = '/bin/bash'): ReadonlyArray<string> => {
  const { script: text } = Result.getOrThrow(rewritten(script))
  const prelude = `show() { printf '%s\\0' "$@"; }\n`
  const { stdout, stderr, status } = spawnSync(shell, ['-c', `${prelude}${text}\n`], {
    cwd: EMPTY,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], [VARIABLE]: value, LC_ALL: 'C.UTF-8' },
    maxBuffer: 1e8,
  })
  expect(`${stderr.toString()}${status}`).toBe('0')
  return stdout.toString('utf8').split('\0').slice(0, -1)
}

type Context = readonly [template: string, expected: (value: string) => ReadonlyArray<string>]

/** What every shell understands. */
const POSIX: ReadonlyArray<Context> = [
  [`show ${S}`, (v) => [v]],
  [`show a${S}b ${S}`, (v) => [`a${v}b`, v]],
  [`show ${S}${S}`, (v) => [v + v]],
  [`show '${S}'`, (v) => [v]],
  [`show 'a "$x" \\${S}\\ b'`, (v) => [`a "$x" \\${v}\\ b`]],
  [`show "${S}"`, (v) => [v]],
  [`x='p q'; show "a $x '${S}' \\"b"`, (v) => [`a p q '${v}' "b`]],
  [`show "a\\\\${S}"`, (v) => [`a\\${v}`]],
  [`show a\\ \\\\${S}`, (v) => [`a \\${v}`]],
  [`x=${S}; show "$x"`, (v) => [v]],
  [`x='${S}' y="${S}-" z=a${S}; show "$x" "$y" "$z"`, (v) => [v, `${v}-`, `a${v}`]],
  [`show "$(printf '%s.' ${S})"`, (v) => [`${v}.`]],
  [`show "$(printf '%s.' "a$(printf %s. '${S}')")"`, (v) => [`a${v}..`]],
  [`x=\`printf '%s.' '${S}'\`; show "$x"`, (v) => [`${v}.`]],
  [`show ~${S} *${S}* '*'${S}`, (v) => [`~${v}`, `*${v}*`, `*${v}`]],
  [`if true; then { ( show ${S} ); }; fi`, (v) => [v]],
  [`for x in ${S} "b ${S}"; do show "$x"; done`, (v) => [v, `b ${v}`]],
  [`f() { show "$1" ${S}; }; f '${S}'`, (v) => [v, v]],
  [`case ${S} in ${S}) show same;; *) show other;; esac`, () => ['same']],
  [`case x${S} in "x${S}") show same;; *) show other;; esac`, () => ['same']],
  [`true && show ${S} || show no # ${S} 'it`, (v) => [v]],
  [`show a \\\n  ${S} # the ${S}\nshow b`, (v) => ['a', v, 'b']],
  [
    `x=$(cat <<EOF\na ${S} $((1+1)) 'q' "d"\nb\nEOF\necho .); show "$x"`,
    (v) => [`a ${v} 2 'q' "d"\nb\n.`],
  ],
  [
    `x=$(cat <<'EOF'\n\${a} ${S} \`b\` \\$c \\\n\\\\ "d" '\nEOF\necho .); show "$x"`,
    (v) => [`\${a} ${v} \`b\` \\$c \\\n\\\\ "d" '\n.`],
  ],
  [`x=$(cat <<-"EOF"\n\ta ${S}\n\tEOF\necho .); show "$x"`, (v) => [`a ${v}\n.`]],
]

const BASH: ReadonlyArray<Context> = [
  [`show $'a\\t${S}\\n\\'b'`, (v) => [`a\t${v}\n'b`]],
  [`show $'\\x41${S}\\\\${S}'`, (v) => [`A${v}\\${v}`]],
  [`x=$(cat <<<${S}; echo .); show "$x"`, (v) => [`${v}\n.`]],
  [`x=$(cat <<<"a ${S}"; echo .); show "$x"`, (v) => [`a ${v}\n.`]],
  [`a=(x ${S} "y ${S}"); show "\${a[@]}"`, (v) => ['x', v, `y ${v}`]],
  [`[[ ${S} == "${S}" && x${S} != ${S} ]] && show yes`, () => ['yes']],
  [`x=$(cat <(printf %s. ${S})); show "$x"`, (v) => [`${v}.`]],
  [`[[ a == b || -n ${S} ]] && show yes`, () => ['yes']],
  [`export X='${S}'; show "$(printenv X; echo .)"`, (v) => [`${v}\n.`]],
  [`X=${S} bash -c 'printf "%s\\0" "$X"'`, (v) => [v]],
]

/** Every byte a variable can hold, and above all those that a shell gives a meaning. */
const value = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'\'"\\$`\n\t -#*?[]{}()<>|&;!~=%', '\u0001', '\u007f', 'é', '😀', 'EOF\n'),
      fc.string({ minLength: 1, maxLength: 1 }).filter((char) => char !== '\0'),
    ),
    minLength: 1,
    maxLength: 24,
  })
  .filter((text) => text.isWellFormed())

describe('a script with a secret’s value', () => {
  it('gives programs exactly the value, in every quoting of bash', () => {
    const all = [...POSIX, ...BASH]
    fc.assert(
      fc.property(value, (secret) => {
        const script = all.map(([template]) => `( ${template}\n)`).join('\n')
        const expected = all.flatMap(([, of]) => of(secret))
        expect(run(script, secret)).toEqual(expected)
      }),
      { numRuns: Number(process.env['ISONAPSE_LAW_RUNS'] ?? 40) },
    )
  })

  it.each(SHELLS)('does so in %s', (shell) => {
    const secret = `-n 'q' "d" $x \`y\` \\ \\\\ *\n~ !{a,b} é`
    for (const [template, of] of POSIX) {
      // A backquote in dash's echo and the like are no matter of ours: the arguments are.
      expect(run(template, secret, shell), template).toEqual(of(secret))
    }
  })

  it('never has a byte of the value in its text', () => {
    for (const [template] of [...POSIX, ...BASH]) {
      const { script, variables } = Result.getOrThrow(rewritten(template))
      expect([...variables]).toEqual([[VARIABLE, 'TOKEN']])
      expect(script).toContain(VARIABLE)
    }
  })

  it('leaves a comment as it is', () => {
    const { script } = Result.getOrThrow(rewritten(`echo a # ${S}\n#${S}\necho b`))
    expect(script).toBe(`echo a # ${S}\n#${S}\necho b`)
  })

  it.each([
    [`echo \\${S}`, 'expansion'],
    [`echo "\\${S}"`, 'expansion'],
    [`echo $${S}`, 'expansion'],
    [`echo "$${S}"`, 'expansion'],
    [`echo \${x:-${S}}`, 'expansion'],
    [`echo "\${x:-${S}}"`, 'expansion'],
    [`echo {a,${S}}`, 'expansion'],
    [`echo [${S}]`, 'expansion'],
    [`echo $"${S}"`, 'expansion'],
    [`echo $'\\c${S}'`, 'expansion'],
    [`echo $((1 + ${S}))`, 'arithmetic'],
    [`(( x = ${S} ))`, 'arithmetic'],
    [`for ((i = ${S}; i < 2; i++)); do :; done`, 'arithmetic'],
    [`[[ 1 -eq ${S} ]]`, 'arithmetic'],
    [`a[${S}]=1`, 'arithmetic'],
    [`[[ -v ${S} ]]`, 'arithmetic'],
    [`[[ a =~ ${S} ]]`, 'regex'],
    [`${S} --version`, 'name'],
    [`${S}=1`, 'name'],
    [`${S}() { :; }`, 'name'],
    [`for ${S} in a; do :; done`, 'name'],
    [`echo a > ${S}`, 'redirection'],
    [`cat < "x${S}"`, 'redirection'],
    [`echo "\`echo ${S}\`"`, 'backticks'],
    [`echo \`echo \\\`echo ${S}\\\`\``, 'backticks'],
    [`cat <<${S}\na\n${S}`, 'heredoc'],
    [`cat <<'a b'\n${S}\na b\n`, 'heredoc'],
    [`bash -c 'echo ${S}'`, 'nested-code'],
    [`bash -lc "echo ${S}"`, 'nested-code'],
    [`sudo -u me sh -c 'echo ${S}'`, 'nested-code'],
    [`python3 -c 'print("${S}")'`, 'nested-code'],
    [`node --eval="${S}"`, 'nested-code'],
    [`ssh host 'echo ${S}'`, 'nested-code'],
    [`eval "echo ${S}"`, 'nested-code'],
    [`awk '/${S}/' f`, 'nested-code'],
    [`sed s/a/${S}/ f`, 'nested-code'],
    [`jq '.a = "${S}"' f`, 'nested-code'],
    [`psql -c "alter user a password '${S}'"`, 'nested-code'],
    [`bash <<EOF\necho ${S}\nEOF\n`, 'nested-code'],
    [`bash <<< 'echo ${S}'`, 'nested-code'],
    [`echo 'echo ${S}' | sh`, 'nested-code'],
    [`bash -c "$(echo ${S})"`, 'nested-code'],
    [`echo '${S}`, 'unreadable'],
    [`echo ${S} )`, 'unreadable'],
    [`echo a\0 ${S}`, 'unreadable'],
    [`echo ${S}${' | cat'.repeat(5000)}`, 'too-many'],
    [`echo ${`${S} `.repeat(65)}`, 'too-many'],
    [`echo ${'$('.repeat(3000)}echo ${S}${')'.repeat(3000)}`, 'unreadable'],
  ])('refuses %j as %s', (script, why) => expect(refusedAs(script)).toBe(why))

  it.each([
    `jq --arg t ${S} '.a = $t' f`,
    `X=${S} python3 -c 'import os; print(os.environ["X"])'`,
    `grep -e ${S} f`,
    `docker run -e X=${S} image sh -c 'echo "$X"'`,
  ])('takes %j', (script) => expect(refusedAs(script)).toBeUndefined())

  it('makes of any text a script or a refusal, and leaves one without a name as it is', () => {
    const piece = fc.constantFrom(
      S,
      '$(',
      ')',
      '`',
      "'",
      '"',
      "$'",
      '<<A\n',
      "<<'A'\n",
      'A\n',
      '\n',
      ' # ',
      '\\',
      '((',
      '))',
      '{',
      '}',
      '|',
      '&',
      ';',
      ' ',
      'x=',
      '[[ ',
      ' ]]',
      '${',
      '<',
      '>',
      'case ',
      ' in ',
      'esac',
      'a',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const script = pieces.join('')
        const result = rewritten(script)
        if (Result.isFailure(result)) expect(result.failure.remedy).not.toBe('')
        else if (!pieces.includes(S)) expect(result.success.script).toBe(script)
        else expect(result.success.script).toMatch(/ISO_|#/)
      }),
      { numRuns: 2000 },
    )
  })

  it('means what the shell makes of a plain word in its place, in whatever stands around it', () => {
    const piece = fc.constantFrom(
      S,
      S,
      S,
      'echo ',
      'echo ',
      '$(echo ',
      ')',
      '`echo ',
      '`',
      "'",
      '"',
      "$'",
      'cat <<A\n',

      "cat <<'A'\n",
      'cat <<-\\A\n',
      '\nA\n',
      'A\n',
      '\n',
      ' # ',
      '\\',
      '; ',
      ' | cat',
      ' && ',
      'x=',
      '"$x"',
      '$x',
      '[[ ',
      ' == ',
      ' ]]',
      '${x:-',
      '}',
      'a',
      '*',
      '~',
      '#',
      '<<<',
      '\\n',
      '$',
      '!',
    )
    let ran = 0
    fc.assert(
      fc.property(fc.array(piece, { minLength: 2, maxLength: 14 }), (pieces) => {
        const script = `echo ${pieces.join('')}\n`
        const result = rewritten(script)
        // Two shells have two process ids.
        if (Result.isFailure(result) || !script.includes(S) || script.includes('$$')) return
        const bash = (text: string, env: Record<string, string>) => {
          const { stdout, status } = spawnSync('/bin/bash', ['-c', text], {
            cwd: EMPTY,
            env: { PATH: process.env['PATH'], HOME: EMPTY, ...env },
            stdio: ['ignore', 'pipe', 'ignore'],
            timeout: 5000,
          })
          return { out: stdout.toString(), status }
        }
        ran += 1
        expect(bash(result.success.script, { [VARIABLE]: 'word' })).toEqual(
          bash(script.replaceAll(S, 'word'), {}),
        )
      }),
      { numRuns: Number(process.env['ISONAPSE_LAW_RUNS'] ?? 400) },
    )
    expect(ran).toBeGreaterThan(10)
  })

  it('refuses a script that has the variable’s name already', () => {
    expect(refusedAs(`echo "$${VARIABLE}" ${S}`)).toBe('unreadable')
  })
})
