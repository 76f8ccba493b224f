// How well and how fast detection by rules is, measured on labelled sets: `npm run bench:detect -- DIR
// [--misses N] [--json] [--no-speed]`. DIR holds pii, secrets, injection and developer-text. Texts are
// scanned, never run; both the part that is built with and the part kept unseen are scored.
import * as fs from 'node:fs'
import { parseArgs } from 'node:util'
import { corpusIn } from './detect/corpora.ts'
import {
  percent,
  type Scanned,
  scanned,
  secretFound,
  share,
  typeScores,
  wholePhones,
} from './detect/score.ts'
import { speedOn } from './detect/speed.ts'
import { MOST_MS, workerSpeedOn } from './detect/worker.ts'

const { values, positionals } = parseArgs({
  options: {
    /** So many misses and false alarms are shown, of the part that may be looked at. */
    misses: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    'no-speed': { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const [folder] = positionals
if (folder === undefined || !fs.existsSync(folder)) {
  console.error('usage: npm run bench:detect -- DIR   (a folder with pii, secrets, injection, …)')
  process.exit(2)
}

const read = (name: string): ReadonlyArray<Scanned> => corpusIn(folder, name).map(scanned)
const pii = read('pii')
const secrets = read('secrets')
const injection = read('injection')
const developer = read('developer-text')

const TYPES = [
  'EMAIL_ADDRESS',
  'PHONE_NUMBER',
  'CREDIT_CARD',
  'IBAN_CODE',
  'US_SSN',
  'IP_ADDRESS',
  'ADDRESS',
]

const HALVES = [
  ['seen', (text: Scanned) => !text.unseen],
  ['unseen', (text: Scanned) => text.unseen],
  ['all', () => true],
] as const

const isInjection = ({ found }: Scanned): boolean => found.injection.label === 'injection'
/** Found values in developer text: real e-mail addresses apart. */
const changes = ({ found }: Scanned) => found.spans.filter(({ type }) => type !== 'EMAIL_ADDRESS')

const measured = HALVES.map(([half, isIn]) => {
  const of = (texts: ReadonlyArray<Scanned>) => texts.filter(isIn)
  const positives = of(secrets).filter(({ label }) => label === 'secret')
  const negatives = of(secrets).filter(({ label }) => label !== 'secret')
  const injected = [...Map.groupBy(of(injection), ({ set }) => set)].map(([set, texts]) => {
    const bad = texts.filter(({ label }) => label === 'injection')
    const good = texts.filter(({ label }) => label !== 'injection')
    return {
      set,
      injected: bad.length,
      caught: bad.filter(isInjection).length,
      benign: good.length,
      alarms: good.filter(isInjection).length,
    }
  })
  const shares = injected.flatMap(({ injected: all, caught }) => (all === 0 ? [] : [caught / all]))
  const chunks = of(developer)
  const [phones, phonesFound] = wholePhones(of(pii))
  return {
    half,
    types: typeScores(of(pii), TYPES),
    wholePhones: { labelled: phones, found: phonesFound },
    secrets: {
      positives: positives.length,
      found: positives.filter(secretFound).length,
      negatives: negatives.length,
      alarms: negatives.filter(({ found }) => found.spans.some(({ type }) => type === 'SECRET'))
        .length,
    },
    injection: injected,
    injectionMean: shares.reduce((sum, one) => sum + one, 0) / Math.max(1, shares.length),
    developer: {
      chunks: chunks.length,
      changed: chunks.filter((one) => changes(one).length > 0).length,
      byDetector: Object.fromEntries(
        [...Map.groupBy(chunks.flatMap(changes), ({ detector }) => detector)].map(
          ([detector, spans]) => [detector, spans.length],
        ),
      ),
      secretAlarms: chunks.filter((one) => changes(one).some(({ type }) => type === 'SECRET'))
        .length,
      injectionAlarms: chunks.filter(isInjection).length,
    },
  }
})

const all = measured.at(-1)!
const recall = (type: string): number | undefined => {
  const score = all.types.find((one) => one.type === type)!
  return share(score.overlapping, score.labelled)
}
interface Goal {
  readonly what: string
  readonly value: number | undefined
  readonly shown: string
  readonly aim: string
  readonly met: boolean
}
const atLeast = (what: string, value: number | undefined, least: number): Goal => ({
  what,
  value,
  shown: percent(value),
  aim: `≥ ${percent(least)}`,
  met: value !== undefined && value >= least,
})
const atMost = (
  what: string,
  value: number,
  most: number,
  unit: (value: number) => string,
): Goal => ({
  what,
  value,
  shown: unit(value),
  aim: `≤ ${unit(most)}`,
  met: value <= most,
})
const count = (value: number): string => `${value}`
const ms = (value: number): string => `${value.toFixed(2)} ms`

const material = developer.map(({ text }) => text).join('\n\n')
const isTimed = !values['no-speed'] && material.length > 10_000
const speed = isTimed ? speedOn(material) : undefined
const worker = isTimed ? await workerSpeedOn(material) : undefined

const goals: ReadonlyArray<Goal> = [
  ...(['EMAIL_ADDRESS', 'US_SSN', 'IBAN_CODE', 'IP_ADDRESS'] as const).map((type) =>
    atLeast(`${type} found`, recall(type), 1),
  ),
  atLeast('CREDIT_CARD found', recall('CREDIT_CARD'), 0.97),
  atLeast('PHONE_NUMBER found', recall('PHONE_NUMBER'), 0.75),
  atLeast(
    'PHONE_NUMBER of 10 to 13 digits found',
    share(all.wholePhones.found, all.wholePhones.labelled),
    0.9,
  ),
  atLeast('secrets found', share(all.secrets.found, all.secrets.positives), 0.97),
  atLeast('injection found, mean over files', all.injectionMean, 0.35),
  atMost('injection alarms on developer text', all.developer.injectionAlarms, 0, count),
  atMost(
    'developer text changed',
    share(all.developer.changed, all.developer.chunks) ?? 0,
    0.005,
    percent,
  ),
  atMost('chunks of it with a secret', all.developer.secretAlarms, 1, count),
  ...(speed === undefined
    ? []
    : [
        atMost('4 kB, p95', speed.p95, 2, ms),
        atMost('1 MB of developer text', speed.megabyte, 150, ms),
      ]),
  ...(worker === undefined
    ? []
    : [
        atMost('4 kB through the scanner, p95', worker.p95, 2, ms),
        atMost('1 MB in the worker', worker.megabyte, 150, ms),
        atMost('20 MB in the worker', worker.twenty[0], MOST_MS + 500, ms),
        atMost('… of which cut', worker.twenty[1], 0, count),
      ]),
]

if (values.json) console.log(JSON.stringify({ measured, goals, speed, worker }, null, 2))
else print()

function print(): void {
  const [seen, unseen] = measured
  const of = (part: number, whole: number): string =>
    whole === 0 ? '–' : `${part}/${whole} ${percent(part / whole)}`
  console.log(
    aligned([
      ['values', 'found: seen', 'unseen', 'all', 'exact', 'right where labelled'],
      ...TYPES.map((type, i) => {
        const { labelled, exact, overlapping, reported, right } = all.types[i]!
        return [
          type,
          of(seen!.types[i]!.overlapping, seen!.types[i]!.labelled),
          of(unseen!.types[i]!.overlapping, unseen!.types[i]!.labelled),
          of(overlapping, labelled),
          of(exact, labelled),
          of(right, reported),
        ]
      }),
      [
        'SECRET',
        ...measured.map(({ secrets: { found, positives } }) => of(found, positives)),
        '',
        '',
      ],
    ]),
  )
  console.log('')
  console.log(
    aligned([
      ['injection', 'found: seen', 'unseen', 'all', 'false alarms'],
      ...all.injection.map(({ set, injected, caught, benign, alarms }) => [
        set,
        ...[seen!, unseen!].map((half) => {
          const mine = half.injection.find((one) => one.set === set)
          return mine === undefined ? '–' : of(mine.caught, mine.injected)
        }),
        of(caught, injected),
        of(alarms, benign),
      ]),
      ['mean over files', ...measured.map(({ injectionMean }) => percent(injectionMean)), ''],
    ]),
  )
  console.log('')
  console.log(
    aligned([
      ['clean text', 'seen', 'unseen', 'all'],
      ...(
        [
          ['developer text changed', (d) => of(d.developer.changed, d.developer.chunks)],
          ['… with a secret', (d) => of(d.developer.secretAlarms, d.developer.chunks)],
          ['… taken for injection', (d) => of(d.developer.injectionAlarms, d.developer.chunks)],
          ['secrets: clean lines flagged', (d) => of(d.secrets.alarms, d.secrets.negatives)],
        ] as ReadonlyArray<readonly [string, (half: (typeof measured)[number]) => string]>
      ).map(([what, cell]) => [what, ...measured.map(cell)]),
    ]),
  )
  for (const [detector, spans] of Object.entries(all.developer.byDetector))
    console.log(`  changed by ${detector}: ${spans}`)
  if (speed !== undefined) {
    console.log(
      `\n4 kB in p50 ${ms(speed.p50)}, p95 ${ms(speed.p95)}; 1 MB in ${speed.megabyte.toFixed(0)} ms`,
    )
    console.log(
      `by size: ${speed.bySize.map(([kb, took]) => `${kb} kB ${took.toFixed(1)} ms`).join(', ')}`,
    )
    console.log('1 MB made to be slow, the worst of them (growth 1 is linear):')
    for (const [unit, took, growth] of speed.hostile.slice(0, 6))
      console.log(
        `  ${took.toFixed(0).padStart(5)} ms  growth ${growth.toFixed(2)}  ${JSON.stringify(unit)}`,
      )
    const steepest = Math.max(...speed.hostile.map(([, , growth]) => growth))
    console.log(`  steepest growth of all ${speed.hostile.length}: ${steepest.toFixed(2)}`)
  }
  if (worker !== undefined) {
    const [took, cut] = worker.twenty
    const turns = ([p99, longest]: readonly [number, number]): string =>
      `${ms(p99)} (p99), ${ms(longest)} at most`
    console.log(
      `\nin the worker: 1 MB in ${ms(worker.megabyte)} (the first, with its start, ${ms(worker.first)}); 20 MB in ${ms(took)}, ${cut} units cut`,
    )
    console.log(
      `turns of the other thread meanwhile: ${turns(worker.turns)}; idle: ${turns(worker.idleTurns)}`,
    )
    console.log(
      `by size: ${worker.bySize.map(([mb, took]) => `${mb} MB ${took.toFixed(0)} ms`).join(', ')}; growth ${worker.growth.toFixed(2)} (1 is linear)`,
    )
  }
  console.log('')
  console.log(
    aligned(goals.map(({ what, shown, aim, met }) => [what, shown, aim, met ? 'met' : 'MISSED'])),
  )
  listed(Number(values.misses))
}

/** Of the part that may be looked at, and no more. */
function listed(most: number): void {
  const seen = (texts: ReadonlyArray<Scanned>) => texts.filter(({ unseen }) => !unseen)
  const show = (title: string, lines: ReadonlyArray<string>): void => {
    if (most === 0) return
    console.log(`\n${title}: ${lines.length}`)
    for (const line of lines.slice(0, most)) console.log(`  ${line.replaceAll(/\s+/g, ' ')}`)
  }
  show(
    'secrets missed',
    seen(secrets)
      .filter((one) => one.label === 'secret' && !secretFound(one))
      .map(({ rule, text }) => `${rule}  ${text.slice(0, 90)}`),
  )
  show(
    'developer text changed',
    seen(developer).flatMap((one) =>
      changes(one).map(
        ({ start, end, detector }) => `${detector}  ${one.text.slice(start, end).slice(0, 60)}`,
      ),
    ),
  )
}

function aligned(rows: ReadonlyArray<ReadonlyArray<string>>): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
