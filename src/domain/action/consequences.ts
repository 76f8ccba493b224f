// From drafts to effects: links are followed, zones are told, and what a target's location adds is
// added (a write to the gate's files is tampering, a read of credentials reads a secret). The one
// place where this happens, whatever the tool. Never drops a consequential effect without a trace.
import type { Capability, Observed } from './action.ts'
import type { EffectDraft } from './draft.ts'
import { type ActionEffect, type EffectKind, isConsequential, type Target } from './effect.ts'
import { isRawDevice, lossOf } from './loss.ts'
import { baseName, isWithin, physicalOf, realOf, refOf, stricterZone, zoneOf } from './paths.ts'
import type { PathRef, Place, Zone } from './place.ts'
import { isCredential, patternZoneOf } from './zones.ts'

/** An entry of the log holds 65,535 bytes, and the action is only one part of it. */
const EFFECT_LIMIT = 96
const TEXT_LIMIT = 16_384
const NAME_LIMIT = 256
const PATH_LIMIT = 1024

interface Located {
  readonly path: string
  readonly zone: Zone
  readonly target: Target
  /** The target as the log writes it: what tells one from another. */
  readonly text: string
  /** Length of the longest path in it. UTF-16 code units. */
  readonly longest: number
}

/** What does it, by its base name: where a program lies is told by an effect's target. */
const nameOf = (by: string): string =>
  (by.startsWith('/') ? baseName(by) : by).slice(0, 64).toWellFormed()

const lengthOf = (ref: PathRef): number => {
  const text = 'project' in ref ? ref.project : 'home' in ref ? ref.home : ref.path
  return text.length
}

const locate = (path: string, draft: EffectDraft, place: Place, observed: Observed): Located => {
  const named =
    draft.unresolved === undefined ? path : physicalOf(draft.unresolved, observed, place)
  const real = realOf(named, observed, place)
  let zone = zoneOf(real, place)
  if (real !== path) zone = stricterZone(zone, zoneOf(path, place))
  if (draft.pattern !== undefined) {
    const reached = patternZoneOf(draft.pattern, place.home)
    if (reached !== undefined) zone = stricterZone(zone, reached)
  }
  const ref = refOf(real, place)
  const as = real === path ? undefined : refOf(path, place)
  const target: Target = as === undefined ? { path: ref, zone } : { path: ref, zone, as }
  const longest = Math.max(lengthOf(ref), as === undefined ? 0 : lengthOf(as))
  return { path: real, zone, target, text: JSON.stringify(target), longest }
}

/**
 * Whether deleting or changing what lies at `path` takes the client's or the gate's controls along. A
 * bare `*` leaves hidden entries alone; a narrow pattern is judged by patternZoneOf() instead.
 */
const takesControls = (path: string, draft: EffectDraft, place: Place): boolean => {
  if (draft.reach === 'some' && draft.pattern !== undefined) return false
  const controls = [
    `${place.home}/.claude/settings.json`,
    `${place.project}/.claude/settings.json`,
    ...place.gate,
  ]
  const bare = draft.pattern?.endsWith('/*') === true
  return (
    path.toLowerCase().endsWith('/.claude') ||
    controls.some(
      (control) => isWithin(control, path) && !(bare && control.startsWith('.', path.length + 1)),
    )
  )
}

const inGateKeys = (path: string, place: Place): boolean =>
  place.gate.some((root) => isWithin(path, root)) && /\/keys?(?:\/|$)|\.key$/.test(path)

/** The effects that the target's location adds to an effect. */
const consequencesOf = (
  kind: EffectKind,
  at: Located,
  draft: EffectDraft,
  place: Place,
): ReadonlyArray<EffectKind> => {
  const reach = draft.reach ?? 'self'
  const { path, zone } = at
  switch (kind) {
    case 'fs.read':
      if (draft.shallow === true) return []
      if (zone === 'secret' || inGateKeys(path, place)) return ['secret.read']
      // `~/.ssh/config` starts programs, and says where the keys are.
      if (zone === 'persist' && isCredential(path, place.home)) return ['secret.read']
      // The whole home directory, or what is above it, holds credentials somewhere.
      return reach === 'all' && isWithin(place.home, path) && path !== place.project
        ? ['secret.read']
        : []
    case 'fs.write': {
      const out: Array<EffectKind> = []
      if (zone === 'gate' || (reach === 'all' && takesControls(path, draft, place)))
        out.push('tamper')
      if (zone === 'persist') out.push('persist')
      if (isRawDevice(path)) out.push('destroy.system')
      else if (reach === 'all' && zone !== 'project') {
        const loss = lossOf(path, reach, place)
        if (loss === 'destroy.system') out.push(loss)
      }
      return out
    }
    case 'fs.delete': {
      const out: Array<EffectKind> = []
      if (zone === 'gate' || (reach !== 'self' && takesControls(path, draft, place)))
        out.push('tamper')
      if (zone === 'persist') out.push('persist')
      const loss = lossOf(path, reach, place)
      if (loss !== undefined) out.push(loss)
      return out
    }
    default:
      return []
  }
}

const targetOf = (draft: EffectDraft): Target | undefined => {
  const short = (text: string): string => text.slice(0, NAME_LIMIT).toWellFormed()
  if (draft.host !== undefined) return { host: short(draft.host) }
  if (draft.program !== undefined) return { program: short(draft.program) }
  return draft.name === undefined ? undefined : { name: short(draft.name) }
}

const textOf = (target: Target | undefined): number =>
  target === undefined ? 0 : JSON.stringify(target).length

/**
 * Effects in order of the drafts, each followed by what its target adds, without repetition. Where
 * they are too many for one entry of the log, the gravest are kept first, and one `opaque`
 * effect `too-large` says that the rest is missing.
 */
export const settle = (
  drafts: ReadonlyArray<EffectDraft>,
  capabilities: ReadonlyArray<Capability>,
  place: Place,
  observed: Observed,
): ReadonlyArray<ActionEffect> => {
  const seen = new Map<string, number>()
  const out: Array<ActionEffect> = []
  let text = 0
  let cut = false
  const add = (
    kind: EffectKind,
    target: Target | undefined,
    written: string,
    draft: EffectDraft,
  ): void => {
    const of = draft.capability === undefined ? -1 : capabilities.indexOf(draft.capability)
    const from = `${draft.origin ?? ''} ${draft.why ?? ''}`
    const key = `${kind} ${of} ${from} ${written}`
    const earlier = seen.get(key)
    if (earlier !== undefined) {
      if (draft.certainty === 'certain' && out[earlier]!.certainty === 'possible')
        out[earlier] = { ...out[earlier]!, certainty: 'certain' }
      return
    }
    seen.set(key, out.length)
    text += written.length
    out.push({
      kind,
      ...(target === undefined ? {} : { target }),
      certainty: draft.certainty,
      ...(draft.by === undefined ? {} : { by: nameOf(draft.by) }),
      ...(of < 0 ? {} : { of }),
      ...(draft.span === undefined ? {} : { span: draft.span }),
      ...(draft.path === undefined || draft.reach === undefined || draft.reach === 'self'
        ? {}
        : { reach: draft.reach }),
      ...(draft.in === undefined ? {} : { in: refOf(draft.in, place) }),
      ...(draft.origin === undefined ? {} : { origin: draft.origin }),
      ...(draft.why === undefined ? {} : { why: draft.why }),
    })
  }
  // A script names few files many times.
  const places = new Map<string, Located>()
  const located = (path: string, draft: EffectDraft): Located => {
    const key = `${path}\n${draft.unresolved ?? ''}\n${draft.pattern ?? ''}`
    const known = places.get(key)
    if (known !== undefined) return known
    const at = locate(path, draft, place, observed)
    places.set(key, at)
    return at
  }
  for (const draft of drafts) {
    if (draft.path === undefined) {
      const target = targetOf(draft)
      add(draft.kind, target, target === undefined ? '' : JSON.stringify(target), draft)
      continue
    }
    const at = located(draft.path, draft)
    // As the log would write it: measured from the root of the file system, one machine would keep
    // what another with a longer home directory leaves out.
    const long = at.longest > PATH_LIMIT
    const target = long ? undefined : at.target
    if (long) cut = true
    const written = long ? '' : at.text
    add(draft.kind, target, written, draft)
    for (const kind of consequencesOf(draft.kind, at, draft, place))
      add(kind, target, written, draft)
  }
  return out.length <= EFFECT_LIMIT && text <= TEXT_LIMIT && !cut ? out : shortened(out)
}

/** What nothing may take the place of, what is consequential, and the rest. */
const gravityOf = ({ kind, why }: ActionEffect): 0 | 1 | 2 => {
  if (GRAVEST.has(kind) || why === 'remote-code') return 0
  return isConsequential(kind) || kind === 'opaque' ? 1 : 2
}

const GRAVEST: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'destroy.system',
  'secret.send',
  'tamper',
])

const shortened = (effects: ReadonlyArray<ActionEffect>): ReadonlyArray<ActionEffect> => {
  const kept = new Set<ActionEffect>()
  let text = 0
  for (const gravity of [0, 1, 2])
    for (const effect of effects) {
      if (gravityOf(effect) !== gravity) continue
      const size = textOf(effect.target)
      if (kept.size >= EFFECT_LIMIT - 1 || text + size > TEXT_LIMIT) continue
      kept.add(effect)
      text += size
    }
  return [
    ...effects.filter((effect) => kept.has(effect)),
    { kind: 'opaque', certainty: 'possible', why: 'too-large' },
  ]
}
