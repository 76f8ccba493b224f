// What a change of policy changes, as lines of differencesOf(), fitted to a terminal.
import { printed } from '../terminal/printed.ts'
import type { Style } from '../terminal/style.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { hanging } from '../terminal/width.ts'

/** `-` goes, `+` comes, `~` is another one. */
const colourOf = (line: string, style: Style): ((text: string) => string) =>
  ({ '-': style.red, '+': style.green, '~': style.yellow })[line.charAt(0)] ?? ((text) => text)

export const changeLines = (
  changes: ReadonlyArray<string>,
  { style, width }: Pick<Terminal, 'style' | 'width'>,
): ReadonlyArray<string> =>
  changes.flatMap((change) => hanging(printed(change), width).map(colourOf(change, style)))
