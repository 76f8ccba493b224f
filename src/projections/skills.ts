// The manifest of what is trusted to instruct the agent, and what holds a session up.
//
//   SkillTrusted, authorised ─▶ manifest: path and kind ─▶ hash
//   SkillTrusted, first      ─▶ the same, before the first check alone
//   SkillChecked             ─▶ places: what is untrusted there · sessions: which place
//   SkillTrusted of the very hash that was found ─▶ no longer untrusted, in any place
//
// No file is a view of this that anybody would believe. A check may find less than the one before, as
// what was wrong may be gone: it is an observation of the machine and loosens nothing by itself. A
// state is never changed in place: a replay compares decisions with those just before.
import * as Schema from 'effect/Schema'
import { pathKey, refOfKey } from '../domain/action/pathKey.ts'
import type { PathRef } from '../domain/action/place.ts'
import type { Entry } from '../domain/event/envelope.ts'
import type { SkillChecked, SkillDropped, SkillTrusted } from '../domain/event/event.ts'
import { Digest } from '../domain/hash.ts'
import { itemKey, SKILL_KINDS, type SkillItem, SkillLevel } from '../domain/skills/item.ts'
import { GATE_CODES, isGateCode } from '../domain/skills/ownPlugin.ts'
import type { SkillCounts, Untrusted } from '../domain/skills/trust.ts'
import { withGate } from './authorised.ts'
import { dropOldest } from './dropOldest.ts'
import { gateState, GateState } from './gateState.ts'
import type { Projection } from './projection.ts'
import { soundName } from './sound.ts'

const Trusted = Schema.Struct({
  hash: Digest,
  level: SkillLevel,
  /** The folder that it was found for, as pathKey() has it. */
  in: Schema.String,
  /** Index of the entry that says so. */
  at: Schema.Int,
})

const CheckedPlace = Schema.Struct({
  matched: Schema.Int,
  modified: Schema.Int,
  unknown: Schema.Int,
  missing: Schema.Int,
  untrusted: Schema.Array(Schema.Struct({ key: Schema.String, hash: Digest, code: Schema.String })),
  /** How many more there are, of which nothing is kept. */
  more: Schema.Int,
  last: Schema.Int,
})
export type CheckedPlace = typeof CheckedPlace.Type

const CheckedSession = Schema.Struct({ place: Schema.String, last: Schema.Int })

const SkillsState = Schema.Struct({
  gate: GateState,
  /** The user's own files were looked at once. */
  seen: Schema.Boolean,
  /** By itemKey(). */
  manifest: Schema.Record(Schema.String, Trusted),
  count: Schema.Int,
  /** By pathKey() of the folder. */
  places: Schema.Record(Schema.String, CheckedPlace),
  placeCount: Schema.Int,
  sessions: Schema.Record(Schema.String, CheckedSession),
  sessionCount: Schema.Int,
  /** What is wrong with the gate's own plugin: it holds every session up. */
  plugin: Schema.Array(Schema.Literals(GATE_CODES)),
})
export type SkillsState = typeof SkillsState.Type

/** Beyond these the oldest goes: what was trusted and is forgotten is untrusted again, never the reverse. */
export const MOST_TRUSTED = 8192
export const MOST_PLACES = 256
export const MOST_SESSIONS = 1024
/** Of one place; the rest is counted. */
export const MOST_UNTRUSTED = 64
/** No path is longer; whoever wrote a longer one into the store wrote no file's. */
const LONGEST_KEY = 8192
const LONGEST_CODE = 64

const lastOf = ({ last }: { readonly last: number }): number => last
const trustedAt = ({ at }: { readonly at: number }): number => at

/** A place of no project: checks of the user's files alone. */
const NOWHERE = ''

export const skills: Projection<SkillsState> = {
  id: 'skills',
  version: 2,
  initial: () => ({
    gate: gateState.initial(),
    seen: false,
    manifest: {},
    count: 0,
    places: {},
    placeCount: 0,
    sessions: {},
    sessionCount: 0,
    plugin: [],
  }),
  isState: Schema.is(SkillsState),
  step: (before, entry, crypto) => {
    const { gate, accepted } = withGate(before.gate, entry, crypto)
    const state = gate === before.gate ? before : { ...before, gate }
    const { event } = entry
    switch (event._tag) {
      case 'SkillTrusted':
        return accepted || (event.first === true && !state.seen)
          ? trusted(state, event, entry)
          : state
      case 'SkillDropped':
        return accepted ? dropped(state, event) : state
      case 'SkillChecked':
        return checked(state, event, entry)
      case 'PluginChecked':
        return { ...state, plugin: [...new Set(event.codes.filter(isGateCode))].sort() }
      default:
        return state
    }
  },
}

const soundKey = (key: string | undefined): string | undefined =>
  key === undefined || key.length > LONGEST_KEY ? undefined : key

const trusted = (state: SkillsState, { items }: SkillTrusted, { index }: Entry): SkillsState => {
  const manifest = { ...state.manifest }
  let { count } = state
  const now = new Map<string, Digest>()
  for (const item of items) {
    const key = soundKey(itemKey(item))
    const folder = soundKey(pathKey(item.in))
    if (key === undefined || folder === undefined) continue
    if (!Object.hasOwn(manifest, key)) count += 1
    manifest[key] = { hash: item.hash, level: item.level, in: folder, at: index }
    now.set(key, item.hash)
  }
  if (count > MOST_TRUSTED) count = dropOldest(manifest, MOST_TRUSTED, trustedAt)
  return { ...state, manifest, count, places: withoutTrusted(state.places, now) }
}

const withoutTrusted = (
  places: SkillsState['places'],
  now: ReadonlyMap<string, Digest>,
): SkillsState['places'] => {
  let changed = false
  const next = Object.entries(places).map(([name, place]) => {
    const left = place.untrusted.filter(({ key, hash }) => now.get(key) !== hash)
    if (left.length === place.untrusted.length) return [name, place] as const
    changed = true
    return [name, { ...place, untrusted: left }] as const
  })
  return changed ? Object.fromEntries(next) : places
}

const dropped = (state: SkillsState, { items }: SkillDropped): SkillsState => {
  const manifest = { ...state.manifest }
  let { count } = state
  for (const item of items) {
    const key = itemKey(item)
    if (key === undefined || !Object.hasOwn(manifest, key)) continue
    delete manifest[key]
    count -= 1
  }
  return { ...state, manifest, count }
}

const checked = (
  state: SkillsState,
  event: SkillChecked,
  { index, session }: Entry,
): SkillsState => {
  const { matched, modified, unknown, missing } = event
  const name = event.place === null ? NOWHERE : soundKey(pathKey(event.place))
  if (name === undefined) return { ...state, seen: true }
  const untrusted = event.untrusted.slice(0, MOST_UNTRUSTED).flatMap(({ hash, code, ...item }) => {
    const key = soundKey(itemKey(item))
    return key === undefined
      ? []
      : [{ key, hash, code: code.slice(0, LONGEST_CODE).toWellFormed() }]
  })
  const more = Math.max(0, event.more ?? 0) + event.untrusted.length - untrusted.length
  const places = {
    ...state.places,
    [name]: { matched, modified, unknown, missing, untrusted, more, last: index },
  }
  let placeCount = state.placeCount + (Object.hasOwn(state.places, name) ? 0 : 1)
  if (placeCount > MOST_PLACES) placeCount = dropOldest(places, MOST_PLACES, lastOf)
  const next = { ...state, seen: true, places, placeCount }
  return session === null ? next : inSession(next, session, name, index)
}

const sessionKey = (session: string): string => soundName(`/${session}`)

const inSession = (
  state: SkillsState,
  session: string,
  place: string,
  last: number,
): SkillsState => {
  const key = sessionKey(session)
  const sessions = { ...state.sessions, [key]: { place, last } }
  let sessionCount = state.sessionCount + (Object.hasOwn(state.sessions, key) ? 0 : 1)
  if (sessionCount > MOST_SESSIONS) sessionCount = dropOldest(sessions, MOST_SESSIONS, lastOf)
  return { ...state, sessions, sessionCount }
}

export const trustedHash = ({ manifest }: SkillsState, key: string): Digest | undefined =>
  Object.hasOwn(manifest, key) ? manifest[key]!.hash : undefined

/** All that is trusted of files found for these folders; of all of them where none are given. */
export const trustedItems = (
  { manifest }: SkillsState,
  folders?: ReadonlySet<string>,
): ReadonlyArray<SkillItem> =>
  Object.entries(manifest).flatMap(([key, { hash, level, in: folder }]) => {
    const [, word, at] = /^([^ ]*) (.*)$/s.exec(key) ?? []
    const kind = SKILL_KINDS.find((one) => one === word)
    if (kind === undefined || at === undefined) return []
    if (folders !== undefined && !folders.has(folder)) return []
    return [{ path: refOfKey(at), kind, hash, level, in: refOfKey(folder) }]
  })

/** The place that a session was checked for last. */
const placeNameOf = (state: SkillsState, session: string): string | undefined => {
  const key = sessionKey(session)
  return Object.hasOwn(state.sessions, key) ? state.sessions[key]!.place : undefined
}

export const isCheckedSession = (state: SkillsState, session: string): boolean =>
  placeNameOf(state, session) !== undefined

const placeNamed = ({ places }: SkillsState, name: string): CheckedPlace | undefined =>
  Object.hasOwn(places, name) ? places[name] : undefined

/** What was found at the last check of a folder; null: of the user's files alone. */
export const checkedPlace = (
  state: SkillsState,
  place: PathRef | null,
): CheckedPlace | undefined => {
  const name = place === null ? NOWHERE : pathKey(place)
  return name === undefined ? undefined : placeNamed(state, name)
}

/** Where a session was started, if it was checked there. */
export const sessionPlace = (state: SkillsState, session: string): PathRef | undefined => {
  const name = placeNameOf(state, session)
  return name === undefined || name === NOWHERE ? undefined : refOfKey(name)
}

export const countsAt = ({ matched, modified, unknown, missing }: CheckedPlace): SkillCounts => ({
  matched,
  modified,
  unknown,
  missing,
})

/** What holds the session up; undefined where nothing does, or nothing was checked for it. */
export const untrustedIn = (state: SkillsState, session: string): Untrusted | undefined => {
  const name = placeNameOf(state, session)
  const place = name === undefined ? undefined : placeNamed(state, name)
  const count = (place?.untrusted.length ?? 0) + (place?.more ?? 0) + state.plugin.length
  if (count === 0) return undefined
  const codes = new Set([...(place?.untrusted ?? []).map(({ code }) => code), ...state.plugin])
  return { count, codes: codes.size === 0 ? [MORE] : [...codes].sort() }
}

/** All that is left are those of which nothing is kept: another check says what they are. */
const MORE = 'more'
