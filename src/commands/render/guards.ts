// `hook guard list` and `hook guard test` for a person.
import type { GuardTried, ListedGuard } from '../../domain/control/guards.ts'
import { guardInWords } from '../../domain/guard/guard.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago } from '../terminal/time.ts'
import { verdictWord } from './verdict.ts'

type Look = Pick<Terminal, 'style' | 'width'>

export const guardLines = (
  guards: ReadonlyArray<ListedGuard>,
  { style, width, now }: Look & Pick<Terminal, 'now'>,
): ReadonlyArray<string> => {
  if (guards.length === 0)
    return [
      'There is no guard.',
      '  → isonapse hook guard add PROGRAM --tools Bash --deny-case FILE --allow-case FILE',
    ]
  const lost = guards.filter(({ problem }) => problem !== null)
  return [
    ...table(
      guards.map(({ name, tools, timeoutMs, program, since, problem }) => [
        style.bold(printed(name)),
        problem === null ? style.green('ready') : style.red('fails'),
        printed(tools.join(', '), 60),
        `${timeoutMs} ms`,
        `added ${ago(since, now())}`,
        printed(program, 200),
      ]),
      { width, styleLast: style.dim },
    ),
    ...lost.flatMap(({ name, problem }) => [
      `${style.red('✗')} ${printed(`${name}: ${problem}; in enforce mode its calls are denied`, 300)}`,
      `  → isonapse hook guard remove ${printed(name)}, then add it anew`,
    ]),
  ]
}

const MOST_LINES = 20

export const triedLines = (
  tried: ReadonlyArray<GuardTried>,
  { style, width }: Look,
): ReadonlyArray<string> =>
  tried.flatMap((one) => {
    const { of, expected, verdict, code, ms, reason } = one
    const wrong = code !== 'answered' || (expected !== null && verdict !== expected)
    const asked = expected === null ? '' : expected === 'deny' ? 'must deny' : 'must allow'
    return [
      ...table(
        [
          [
            wrong ? style.red('✗') : style.green('✓'),
            verdictWord(verdict, style, { width: 6 }),
            `${ms} ms`,
            asked,
            printed(of, 200),
          ],
        ],
        { width },
      ),
      ...(code === 'answered' ? [] : [`    it ${guardInWords(one)}`]),
      ...(reason === '' || code === 'answered' ? [] : [`    ${printed(reason, 300)}`]),
      ...outputLines('stdout', one.stdout, style.dim),
      ...outputLines('stderr', one.stderr, style.dim),
    ]
  })

const outputLines = (
  name: string,
  text: string,
  dim: (text: string) => string,
): ReadonlyArray<string> => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const more = lines.length - MOST_LINES
  return [
    ...lines.slice(0, MOST_LINES).map((line) => `    ${dim(`${name}:`)} ${printed(line, 300)}`),
    ...(more > 0 ? [`    ${dim(`and ${more} lines more`)}`] : []),
  ]
}
