// What a suggestion would change, for a person: the unified diff, the suggestion in words, the backtest.
import type { Preview } from '../control/suggested.ts'
import { printed } from '../terminal/printed.ts'
import type { Style } from '../terminal/style.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { backtestLines } from './backtest.ts'
import { suggestionLines } from './suggestion.ts'

type Look = Pick<Terminal, 'style' | 'width'>

export const previewLines = (
  { suggested, backtest }: Preview,
  diff: string,
  look: Look,
): ReadonlyArray<string> => [
  ...(diff === ''
    ? ['The policy in force is what is suggested.']
    : diff.split('\n').map((line) => coloured(printed(line, 2000), look.style))),
  '',
  ...suggestionLines(suggested, look),
  '',
  ...backtestLines(backtest, look),
]

const coloured = (line: string, style: Style): string =>
  line.startsWith('+++') || line.startsWith('---')
    ? style.bold(line)
    : line.startsWith('@@')
      ? style.cyan(line)
      : line.startsWith('+')
        ? style.green(line)
        : line.startsWith('-')
          ? style.red(line)
          : line
