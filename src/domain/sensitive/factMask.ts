// Facts without the values that were found in a call: an action's targets and what was observed of
// them, where a detected value becomes a typed node. What is decided on is decided on masked facts, so
// that whoever has the log alone decides the same.
import type { Action, Capability, Observed } from '../action/action.ts'
import type { ActionEffect, Target } from '../action/effect.ts'
import type { MaskedText, PathRef } from '../action/place.ts'

export interface MaskedValue {
  readonly type: string
  readonly value: string
}

export interface FactMask {
  readonly action: (action: Action) => Action
  readonly observed: (observed: Observed) => Observed
}

export const NO_MASK: FactMask = { action: (action) => action, observed: (observed) => observed }

/** Shorter ones would be found everywhere by chance. UTF-16 units. */
const LEAST_LENGTH = 4
/** Longest first, so that of values within each other the whole is masked. */
const MOST_VALUES = 512

export const factMask = (found: ReadonlyArray<MaskedValue>): FactMask => {
  const values = [...found]
    .filter(({ value }) => value.length >= LEAST_LENGTH)
    .sort((a, b) => b.value.length - a.value.length || (a.value < b.value ? -1 : 1))
    .slice(0, MOST_VALUES)
  if (values.length === 0) return NO_MASK

  const parts = (text: string): MaskedText => {
    let pieces: Array<string | { readonly pii: string }> = [text]
    for (const { type, value } of values)
      pieces = pieces.flatMap((piece) => {
        if (typeof piece !== 'string' || !piece.includes(value)) return [piece]
        return piece
          .split(value)
          .flatMap((between, i) => (i === 0 ? [between] : [{ pii: type }, between]))
          .filter((one) => one !== '')
      })
    return pieces.length === 1 && typeof pieces[0] === 'string' ? pieces[0] : pieces
  }
  const masked = (text: MaskedText): MaskedText => (typeof text === 'string' ? parts(text) : text)
  const word = (text: string): string => {
    const found = parts(text)
    return typeof found === 'string'
      ? found
      : found.map((part) => (typeof part === 'string' ? part : `<${part.pii}>`)).join('')
  }
  const path = (ref: PathRef): PathRef =>
    'project' in ref
      ? { project: masked(ref.project) }
      : 'home' in ref
        ? { home: masked(ref.home) }
        : { path: masked(ref.path) }
  const target = (of: Target): Target => {
    if ('path' in of)
      return { ...of, path: path(of.path), ...(of.as === undefined ? {} : { as: path(of.as) }) }
    if ('host' in of) return { host: masked(of.host) }
    if ('program' in of) return { program: word(of.program) }
    return { name: masked(of.name) }
  }
  const effect = (of: ActionEffect): ActionEffect => ({
    ...of,
    ...(of.target === undefined ? {} : { target: target(of.target) }),
    ...(of.by === undefined ? {} : { by: word(of.by) }),
    ...(of.in === undefined ? {} : { in: path(of.in) }),
  })
  return {
    action: (action) => ({
      ...action,
      capabilities: action.capabilities.map((name) => word(name) as Capability),
      effects: action.effects.map(effect),
      ...(action.flags === undefined
        ? {}
        : { flags: action.flags.map((names) => names.map(word)) }),
    }),
    observed: (observed) => ({
      ...observed,
      links: observed.links.map((link) => ({ path: path(link.path), real: path(link.real) })),
      ...(observed.scripts === undefined
        ? {}
        : { scripts: observed.scripts.map((one) => ({ ...one, path: path(one.path) })) }),
    }),
  }
}

/** Whether facts were masked that analysis reads: such a call cannot be analysed again. */
export const hidesPlaces = ({ links, scripts = [] }: Observed): boolean =>
  [...links.flatMap(({ path, real }) => [path, real]), ...scripts.map(({ path }) => path)].some(
    (ref) => Object.values(ref).some((text) => typeof text !== 'string'),
  )
