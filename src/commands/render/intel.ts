// `hook intel status` for a person: which tier decides first, then each model.
import type { IntelStatus, ModelStatus, TierInForce } from '../../domain/control/intel.ts'
import { printed } from '../terminal/printed.ts'
import { count, plural } from '../terminal/progress.ts'
import { facts, table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago } from '../terminal/time.ts'

type Look = Pick<Terminal, 'style' | 'width' | 'now'>

const ROLES = { pii: 'personal data', injection: 'injection' } as const

export const intelLines = (
  { running, tiers, models, problems }: IntelStatus,
  look: Look,
): ReadonlyArray<string> => {
  const { style, width } = look
  return [
    style.bold('Tier in force'),
    ...tiers.flatMap((tier) => tierLines(tier, models, look)),
    '',
    style.bold('Models'),
    ...(models.length === 0 ? [style.dim('  none installed')] : []),
    ...models.flatMap((model) => modelLines(model, running, look)),
    ...problems.flatMap(({ message, remedy }) => [
      ...table([[style.red('!'), printed(message)]], { width }),
      ...table([[style.dim('→'), printed(remedy)]], { width, indent: 4 }),
    ]),
  ]
}

const tierLines = (
  { role, tier, because }: TierInForce,
  models: ReadonlyArray<ModelStatus>,
  { style, width }: Look,
): ReadonlyArray<string> => {
  const serving = models.find((model) => model.role === role && model.serves)
  const text =
    tier === 'model'
      ? `rules and the model ${printed(serving?.id ?? '')}`
      : `rules alone: ${printed(because?.message ?? 'no model')}`
  return [
    ...table([[style.dim(ROLES[role].padEnd(13)), text]], { width }),
    ...(because === null
      ? []
      : table([[' '.repeat(13), style.dim('→'), printed(because.remedy)]], { width })),
  ]
}

const modelLines = (
  model: ModelStatus,
  running: boolean,
  { style, width, now }: Look,
): ReadonlyArray<string> => {
  const { id, role, serves, lastFailure } = model
  const at = now()
  return [
    `  ${style.bold(printed(id))}${serves ? '' : style.dim(' (not used: a later one serves)')}`,
    ...facts(
      [
        ['for', ROLES[role]],
        ['from', `${printed(model.repository)} @ ${printed(model.revision.slice(0, 16))}`],
        ['size', `${megabytes(model.bytes)}, installed ${ago(model.installed, at)}`],
        ['state', stateText(model, running)],
        ...(model.calls === 0
          ? []
          : [['calls', `${count(model.calls)}, median ${milliseconds(model.p50)}`] as const]),
        ...(lastFailure === null
          ? []
          : [
              [
                'failed',
                `${printed(lastFailure.message)} (${ago(lastFailure.time, at)}); ${printed(lastFailure.remedy)}`,
              ] as const,
            ]),
      ],
      { width, dim: style.dim, indent: 4 },
    ),
  ]
}

const stateText = ({ state, sessionMs }: ModelStatus, running: boolean): string => {
  switch (state) {
    case 'ready':
      return `loaded, session made in ${milliseconds(sessionMs)}`
    case 'loading':
      return 'loading'
    case 'down':
      return 'failed; tried again at a later use'
    case 'idle':
      return running ? 'not loaded: it is at its first use' : 'not loaded: no control plane runs'
  }
}

const milliseconds = (ms: number | null): string =>
  ms === null ? '?' : ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`

const megabytes = (bytes: number): string =>
  bytes < 100_000 ? plural(bytes, 'byte') : `${(bytes / 1_000_000).toFixed(1)} MB`
