// Facts without the values that were found in a call: an action's targets and what was observed of
// them, where a detected value becomes a typed node. What is decided on is decided on masked facts, so
// that whoever has the log alone decides the same.
import type { Action, Capability, Observed } from '../action/action.ts'
import type { ActionEffect, Target } from '../action/effect.ts'
import type { MaskedText, PathRef } from '../action/place.ts'
import { needlesOf } from './needles.ts'

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

/** Whatever the order in which the values are given: of one value with two types the first type counts. */
export const factMask = (found: ReadonlyArray<MaskedValue>): FactMask => {
  const types = new Map<string, string>()
  for (const { type, value } of found) {
    if (value.length < LEAST_LENGTH) continue
    const known = types.get(value)
    if (known === undefined || type < known) types.set(value, type)
  }
  if (types.size === 0) return NO_MASK
  const values = [...types.keys()]
  const needles = needlesOf(values)

  const parts = (text: string): MaskedText => {
    const pieces: Array<string | { readonly pii: string }> = []
    let from = 0
    for (const { start, end, needle } of needles.covered(text)) {
      if (start > from) pieces.push(text.slice(from, start))
      pieces.push({ pii: types.get(values[needle]!)! })
      from = end
    }
    if (pieces.length === 0) return text
    if (from < text.length) pieces.push(text.slice(from))
    return pieces
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
