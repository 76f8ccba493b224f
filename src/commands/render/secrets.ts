// `hook secret list` for a person.
import type { ListedSecret } from '../../domain/control/secrets.ts'
import { sinksInWords } from '../control/words.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago } from '../terminal/time.ts'

export const secretLines = (
  secrets: ReadonlyArray<ListedSecret>,
  { style, width, now }: Pick<Terminal, 'style' | 'width' | 'now'>,
): ReadonlyArray<string> => {
  if (secrets.length === 0)
    return [
      'No secret is stored.',
      '  → isonapse hook secret set NAME --program curl --host api.example.com',
    ]
  const rows = secrets.map(({ name, sinks, since, lastUsed, usable }) => [
    style.bold(printed(name)),
    `set ${ago(since, now())}`,
    usable
      ? lastUsed === null
        ? style.dim('never used')
        : `used ${ago(lastUsed, now())}`
      : style.red('no value'),
    printed(sinksInWords(sinks)),
  ])
  const lost = secrets.find(({ usable }) => !usable)
  return [
    ...table(rows, { width }),
    ...(lost === undefined
      ? []
      : [`  → store it again: isonapse hook secret set ${printed(lost.name)} …`]),
  ]
}
