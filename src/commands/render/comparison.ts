// `witness compare` for a person: where two records of decisions part, why, and what either side says.
import { CAUSE_WORDS } from '../../domain/receipt/causes.ts'
import type { Difference } from '../../domain/receipt/differences.ts'
import type {
  ComparisonReport,
  Explained,
  SeenStep,
  Side,
} from '../../infra/receipts/compareSources.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

type Look = Pick<Terminal, 'style' | 'width'>
type Row = readonly [name: string, value: string]

const LONGEST = 160
/** Rows of one divergence that are shown; `--json` has them all. */
const MOST_ROWS = 24

export const comparisonLines = (report: ComparisonReport, look: Look): ReadonlyArray<string> => {
  const { style, width } = look
  const { first, all, divergences } = report
  const told = (rows: ReadonlyArray<Row>) => facts(rows, { width, dim: style.dim })
  const about = told([...sideRows(report), ...countRows(report)])
  if (first === null) return [style.bold(style.green('identical')) + inSets(report), ...about]
  if (all === undefined)
    return [
      `${style.bold(style.red('diverged'))}${placeWords(first)}: ${first.causes.join(', ')}`,
      ...told(divergenceRows(first)),
      '',
      ...about,
    ]
  const title = divergences === 1 ? '1 divergence' : `${count(divergences)} divergences`
  return [
    style.bold(style.red(title)) + inSets(report),
    ...all.flatMap((one, at) => [
      '',
      `${style.bold(count(at + 1))}  ${one.causes.join(', ')}`,
      ...told(divergenceRows(one)),
    ]),
    '',
    ...about,
  ]
}

/** Where the first divergence is, as the side counts that has it. */
const placeWords = ({ a, b }: Explained): string => {
  const position = a?.position ?? b?.position ?? null
  return position === null ? '' : ` at decision ${count(position + 1)}`
}

const inSets = ({ ordered }: ComparisonReport): string =>
  ordered ? '' : ', as sets: no order is known'

const divergenceRows = (one: Explained): ReadonlyArray<Row> => {
  const { a, b, causes, differences } = one
  const rows = differences.flatMap(differenceRow)
  const more = rows.length - MOST_ROWS
  return [
    ...causes.map((cause, at): Row => [at === 0 ? 'why' : '', `${cause}: ${CAUSE_WORDS[cause]}`]),
    ...callRows(a, b),
    ...rows.slice(0, MOST_ROWS),
    ...(more > 0 ? [['…', `${count(more)} more; --json has them`] as const] : []),
  ]
}

/** Where it is, and which call; once where both sides have the same. */
const callRows = (a: SeenStep | null, b: SeenStep | null): ReadonlyArray<Row> => {
  const [inA, inB] = [stepWords(a), stepWords(b)]
  const [callA, callB] = [callWords(a), callWords(b)]
  const place = (where: string | null, call: string | null): string =>
    where === null ? 'has none' : call === null ? where : `${where}: ${call}`
  const told = (step: SeenStep | null, call: string | null): string | null =>
    step === null ? null : `${call}${verdictWords(step)}`
  if (callA === null || callA !== callB)
    return [
      ['A', place(inA, told(a, callA))],
      ['B', place(inB, told(b, callB))],
    ]
  // A verdict that differs has a row of its own.
  return [
    ['call', `${callA}${a!.verdict === b!.verdict ? verdictWords(a!) : ''}`],
    ['A', place(inA, null)],
    ['B', place(inB, null)],
  ]
}

/** `decision 12 (entry 25), receipt 29fe3dab…` */
const stepWords = (step: SeenStep | null): string | null => {
  if (step === null) return null
  const { position, index, digest } = step
  const place = position === null ? '' : `decision ${count(position + 1)}`
  const entry = index === null ? '' : `entry ${count(index)}`
  const where = place !== '' && entry !== '' ? `${place} (${entry})` : place + entry
  const receipt = `receipt ${shortened(digest)}`
  return where === '' ? receipt : `${where}, ${receipt}`
}

const callWords = (step: SeenStep | null): string | null => {
  if (step === null) return null
  const { event, tool, capabilities } = step
  const names = capabilities
    .map((one) => one.replace(/^tool:/, ''))
    .filter((one) => one !== tool)
    .slice(0, 4)
    .join(', ')
  return printed(`${event} ${tool}${names === '' ? '' : ` (${names})`}`, LONGEST)
}

const verdictWords = ({ verdict }: SeenStep): string => `, ${verdict}`

/** Which field, and what either side says of it. */
const differenceRow = ({ field, of, a, b }: Difference): ReadonlyArray<Row> => {
  const absent = ABSENT[field] ?? ABSENT_OTHERWISE
  const side = (text: string | null): string => (text === null ? absent : shortened(text))
  const about = of === undefined ? '' : `${printed(of, LONGEST)} `
  return [[field, about + printed(`${side(a)} → ${side(b)}`, 2 * LONGEST)]]
}

const ABSENT_OTHERWISE = 'none'
const ABSENT: Readonly<Record<string, string>> = {
  link: 'is no link',
  script: 'was not looked at',
  'calls before': 'not counted',
}

/** Digests by their first digits. */
const shortened = (text: string): string =>
  /^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 8)}…` : text

const sideRows = ({ a, b }: ComparisonReport): ReadonlyArray<Row> => [
  ['A is', sideWords(a)],
  ['B is', sideWords(b)],
]

/** `1 decision`, `37 decisions` */
export const counted = (n: number, what: string): string =>
  `${count(n)} ${what}${n === 1 ? '' : 's'}`

const sideWords = ({ source, kind, origin, decisions, ordered, aside }: Side): string => {
  const what =
    kind === 'log'
      ? `the log ${origin}`
      : kind === 'export'
        ? `a verified export of ${origin}`
        : ordered
          ? 'receipts in order'
          : 'receipts without an order'
  const beside = aside === 0 ? '' : `; ${count(aside)} more outside its order`
  return printed(`${source}: ${counted(decisions, 'decision')}, ${what}${beside}`, 4 * LONGEST)
}

const countRows = ({ same, divergences, first, all }: ComparisonReport): ReadonlyArray<Row> => {
  if (first === null) return [['alike', `all ${count(same)}`]]
  const unseen = all === undefined ? 0 : divergences - all.length
  return [
    ['alike', count(same)],
    [
      'apart',
      all === undefined
        ? `${count(divergences)}${divergences > 1 ? '; --all shows them' : ''}`
        : `${count(divergences)}${unseen > 0 ? `, of which ${count(unseen)} are not shown` : ''}`,
    ],
  ]
}
