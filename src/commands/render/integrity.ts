// `hook integrity log` for a person: what was changed, when, by which call, and how.
import * as Schema from 'effect/Schema'
import { PathRef } from '../../domain/action/place.ts'
import type { QueryItem } from '../../domain/control/methods.ts'
import { SelfChange } from '../../domain/integrity/selfChange.ts'
import { pathInWords } from '../../domain/policy/reason.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { printed } from '../terminal/printed.ts'
import type { Style } from '../terminal/style.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago } from '../terminal/time.ts'

type Look = Pick<Terminal, 'style' | 'width' | 'now'>

const isPath = Schema.is(PathRef)
const isChange = Schema.is(SelfChange)

const textOf = (value: unknown, most = 40): string =>
  typeof value === 'string' ? printed(value, most) : ''

export const notAChange = (index: number): CommandFailure =>
  new CommandFailure({
    kind: 'no-such-change',
    message: `entry ${index} is no change of a file that instructs the agent`,
    remedy: 'isonapse hook integrity log',
    exit: 2,
  })

export const changeLines = (
  changes: ReadonlyArray<QueryItem>,
  isShown: boolean,
  look: Look,
): ReadonlyArray<string> => {
  const { style, width, now } = look
  if (changes.length === 0) return ['No file that instructs the agent was changed in a session.']
  const row = ({ index, time, event }: QueryItem): ReadonlyArray<string> => [
    style.bold(String(index)),
    ago(time, now()),
    howOf(event['how'], style),
    linesOf(event, style),
    `${textOf(event['kind']) || 'monitored'}`,
    event['toolUseId'] === undefined
      ? style.yellow('between calls')
      : textOf(event['toolUseId'], 34),
    isPath(event['path']) ? printed(pathInWords(event['path']), 200) : '?',
  ]
  if (!isShown)
    return [
      ...table(changes.map(row), { width, indent: 0 }),
      '',
      `${style.dim('→')} isonapse hook integrity log INDEX   ${style.dim('what was changed')}`,
      `${style.dim('→')} isonapse hook integrity restore INDEX   ${style.dim('to take it back')}`,
    ]
  return changes.flatMap((one, i) => [
    ...(i === 0 ? [] : ['']),
    ...table([row(one)], { width, indent: 0 }),
    ...diffLines(one, style),
  ])
}

const howOf = (how: unknown, style: Style): string =>
  how === 'created'
    ? style.green('created')
    : how === 'deleted'
      ? style.red('deleted')
      : textOf(how)

const linesOf = ({ added, removed }: QueryItem['event'], style: Style): string =>
  typeof added === 'number' && typeof removed === 'number'
    ? `${style.green(`+${added}`)} ${style.red(`-${removed}`)}`
    : ''

const UNKEPT: Readonly<Record<string, string>> = {
  binary: 'it is no text: what it held is not kept',
  'too-large': 'it is too large: what it held is not kept',
  unreadable: 'it could not be read',
  full: 'so much was changed in the session that what it held is not kept',
}

const diffLines = ({ event, payload, sealed }: QueryItem, style: Style): ReadonlyArray<string> => {
  if (sealed === 'no-key') return [style.dim('its session’s key was given up')]
  if (sealed === 'damaged') return [style.red('what is kept of it does not authenticate')]
  const unkept = textOf(event['unkept'])
  const said = unkept === '' ? [] : [style.dim(UNKEPT[unkept] ?? unkept)]
  if (!isChange(payload) || payload.diff === undefined) return said
  return [
    ...said,
    ...payload.diff.split('\n').map((line) => {
      const shown = printed(line, 400)
      if (line.startsWith('@@')) return style.cyan(shown)
      if (line.startsWith('+')) return style.green(shown)
      return line.startsWith('-') ? style.red(shown) : shown
    }),
  ]
}
