// Models for a person: what there is, what would come and under which licence, what came.
import { HUB } from '../../infra/intel/download/endpoint.ts'
import type { ManifestModel } from '../../domain/intel/manifest.ts'
import type { Installed } from '../../infra/intel/download/downloadModel.ts'
import type { ListedModel, ModelState } from '../../infra/intel/download/listModels.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

type Look = Pick<Terminal, 'style' | 'width'>

/** `27 MB`, `72.5 MB`. */
export const megabytes = (bytes: number): string => {
  const mb = bytes / 1_000_000
  return `${mb < 100 ? Math.round(mb * 10) / 10 : Math.round(mb)} MB`
}

const short = (revision: string): string => (revision === 'main' ? revision : revision.slice(0, 12))

const STATES: Record<ModelState, string> = {
  installed: 'installed',
  unfinished: 'unfinished',
  damaged: 'damaged',
  absent: '',
}

export const modelLines = (
  listed: ReadonlyArray<ListedModel>,
  { style, width }: Look,
): ReadonlyArray<string> =>
  table(
    listed.map(({ model, state, installed, pinned }) => [
      style.bold(model.id),
      model.role,
      megabytes(model.size),
      state === 'installed' ? style.green(STATES[state]) : style.yellow(STATES[state]),
      aboutOf(model, installed?.revision, pinned),
    ]),
    { width },
  )

const aboutOf = (
  { licence, default: byDefault, unusable }: ManifestModel,
  revision: string | undefined,
  pinned: boolean,
): string =>
  [
    licence.name,
    licence.attribution,
    revision === undefined ? undefined : `at ${short(revision)}`,
    pinned ? 'pinned' : undefined,
    byDefault ? 'downloaded by default' : undefined,
    unusable === undefined ? undefined : `cannot be used yet: ${unusable}`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ')

export interface Asking {
  readonly models: ReadonlyArray<ManifestModel>
  readonly from: string
  readonly into: string
  readonly repin: boolean
}

/** What is about to come; the question follows it. */
export const askLines = (
  { models, from, into, repin }: Asking,
  { errStyle: style, errWidth }: Pick<Terminal, 'errStyle' | 'errWidth'>,
): ReadonlyArray<string> => {
  const total = models.reduce((sum, { size }) => sum + size, 0)
  const bound = models.filter(({ licence }) => licence.consent)
  return [
    `From ${style.bold(printed(from, 200))}, about ${megabytes(total)}, into ${printed(into, 400)}:`,
    ...table(
      models.map(({ id, role, size, repository, revision, licence }) => [
        style.bold(id),
        role,
        megabytes(size),
        `${repository} at ${short(revision)} · ${licence.name}`,
      ]),
      { width: errWidth },
    ),
    ...bound.flatMap(({ id, repository, licence: { name, attribution, notice } }) => [
      `${style.yellow(`${id} is under the ${name}`)}: ${HUB}/${repository}`,
      ...[attribution, notice].flatMap((text) => (text === undefined ? [] : [`  ${text}`])),
    ]),
    ...(repin
      ? [style.yellow('What was pinned of them is forgotten: what comes now is taken for right.')]
      : []),
  ]
}

export const installedLine = (
  { id, state, revision, bytes, pinned }: Installed,
  { style }: Look,
): string =>
  state === 'present'
    ? `${style.bold(id)} is there already, whole, at ${short(revision)}.`
    : `${style.bold(id)} is installed: ${megabytes(bytes)}, at ${short(revision)}${
        pinned ? '. Its files are pinned: a later download must bring the same.' : '.'
      }`
