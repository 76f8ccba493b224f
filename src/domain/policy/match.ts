// Whether a rule speaks about one thing a call does. Read strictly, a condition that restricts holds
// as soon as it may hold; read narrowly, one that permits holds only when it certainly does. The
// agent writes the paths, hosts and programs that are matched here.
import { type Action, MOST_FLAGS } from '../action/action.ts'
import { type ActionEffect, type EffectKind, isConsequential } from '../action/effect.ts'
import type { Zone } from '../action/place.ts'
import { networkOf } from './network.ts'
import {
  capabilityMatches,
  compilePath,
  hostMatches,
  hostName,
  isAtOrAbove,
  type PathPattern,
  pathMatches,
  plain,
  segmentsOf,
  wildcard,
} from './pattern.ts'
import { kindsOf, many, type Match, type Rule } from './rule.ts'

/** An effect with what matching reads of it, taken apart once for all rules. */
export interface Seen {
  readonly effect: ActionEffect
  readonly kind: EffectKind
  /** The capabilities that may do it, one when that is known; never empty. */
  readonly doers: ReadonlyArray<Doer>
  readonly zone: Zone | undefined
  readonly path: ReadonlyArray<string> | undefined
  /** Every path it goes by, lower case: file systems of macOS and Windows do not tell case apart. */
  readonly anyPath: ReadonlyArray<ReadonlyArray<string>>
  readonly host: string | undefined
  readonly name: string | undefined
  /** The script that it stands in. */
  readonly script: ReadonlyArray<string> | undefined
  readonly programs: ReadonlyArray<string>
}

/** A capability with the names of the options it was used with. */
export interface Doer {
  readonly capability: string | undefined
  readonly flags: ReadonlyArray<string>
}

const NO_FLAGS: ReadonlyArray<string> = []
const NO_DOERS: ReadonlyArray<Doer> = [{ capability: undefined, flags: NO_FLAGS }]
const NO_PATHS: ReadonlyArray<ReadonlyArray<string>> = []

/** The capabilities that a rule about the call as a whole is asked of, one by one; never empty. */
export const doersOf = ({
  capabilities,
  flags,
}: Pick<Action, 'capabilities' | 'flags'>): ReadonlyArray<Doer> =>
  capabilities.length === 0
    ? NO_DOERS
    : capabilities.map((capability, i) => ({ capability, flags: flags?.[i] ?? NO_FLAGS }))

/** `doers`: those of the action. */
export const seenOf = (effect: ActionEffect, doers: ReadonlyArray<Doer>): Seen => {
  const { target, by } = effect
  const doer = effect.of === undefined ? undefined : doers[effect.of]
  const at = target !== undefined && 'path' in target ? target : undefined
  const path = at === undefined ? undefined : segmentsOf(at.path)
  const program = target !== undefined && 'program' in target ? target.program : undefined
  const host = target !== undefined && 'host' in target ? hostName(target.host) : undefined
  return {
    effect,
    kind: effect.kind,
    doers: doer === undefined ? doers : [doer],
    zone: at?.zone,
    path,
    anyPath:
      path === undefined
        ? NO_PATHS
        : at?.as === undefined
          ? [path.map(lowerCase)]
          : [path.map(lowerCase), segmentsOf(at.as).map(lowerCase)],
    host,
    name: target !== undefined && 'name' in target ? plain(target.name) : undefined,
    script: effect.in === undefined ? undefined : segmentsOf(effect.in),
    programs: [program, by].filter((name) => name !== undefined),
  }
}

const lowerCase = (text: string): string => text.toLowerCase()

interface CompiledMatch {
  readonly tools: ReadonlyArray<string>
  readonly capabilities: ReadonlyArray<string>
  readonly flags: ReadonlyArray<string>
  /** Undefined leaves options free. */
  readonly flagsOnly: ReadonlySet<string> | undefined
  readonly kinds: ReadonlySet<EffectKind> | undefined
  readonly zones: ReadonlySet<string> | undefined
  readonly paths: ReadonlyArray<PathPattern>
  readonly reaches: ReadonlySet<string> | undefined
  readonly hosts: ReadonlyArray<string>
  readonly networks: ReadonlySet<string> | undefined
  readonly names: ReadonlyArray<string>
  readonly scripts: ReadonlyArray<PathPattern>
  readonly origins: ReadonlySet<string> | undefined
  readonly programs: ReadonlyArray<string>
  readonly whys: ReadonlySet<string> | undefined
  readonly certainty: Match['certainty']
  /** False when it speaks of the call alone: a tool, a capability and its options. */
  readonly ofEffects: boolean
}

export interface CompiledRule {
  readonly rule: Rule
  readonly match: CompiledMatch
  readonly unless: ReadonlyArray<CompiledMatch>
  /** Judged for each effect; otherwise for the call as a whole. */
  readonly ofEffects: boolean
}

const setOf = <A>(values: ReadonlyArray<A>): ReadonlySet<A> | undefined =>
  values.length > 0 ? new Set(values) : undefined

const compileMatch = (match: Match): CompiledMatch => {
  const { tool, capability, flag, flags_only, ...ofEffect } = match
  return {
    tools: many(tool),
    capabilities: many(capability),
    flags: many(flag),
    flagsOnly: flags_only === undefined ? undefined : new Set(flags_only),
    kinds: setOf(many(match.effect).flatMap(kindsOf)),
    zones: setOf<string>(many(match.zone)),
    paths: many(match.path).map(compilePath),
    reaches: setOf<string>(many(match.reach)),
    hosts: many(match.host),
    networks: setOf<string>(many(match.network)),
    names: many(match.name),
    scripts: many(match.in).map(compilePath),
    origins: setOf<string>(many(match.origin)),
    programs: many(match.program),
    whys: setOf<string>(many(match.why)),
    certainty: match.certainty,
    ofEffects: Object.keys(ofEffect).length > 0,
  }
}

export const compileRule = (rule: Rule): CompiledRule => {
  const match = compileMatch(rule.match)
  const unless = many(rule.unless).map(compileMatch)
  return { rule, match, unless, ofEffects: match.ofEffects || unless.some((not) => not.ofEffects) }
}

/** False when the rule can say nothing about effects of this kind. */
export const mayMatchKind = ({ match }: CompiledRule, kind: EffectKind): boolean =>
  match.kinds?.has(kind) ?? true

/**
 * Whether the rule counts. `seen` undefined asks it of the call as a whole. What one of several
 * capabilities may have done is restricted when any is matched, and permitted when all are.
 */
export const applies = (
  compiled: CompiledRule,
  tool: string,
  doers: ReadonlyArray<Doer>,
  seen: Seen | undefined,
): boolean => {
  const strict = compiled.rule.verdict !== 'permit'
  const counts = (doer: Doer): boolean =>
    holds(compiled.match, tool, doer, seen, strict) &&
    !compiled.unless.some((not) => holds(not, tool, doer, seen, !strict))
  if (!(strict ? doers.some(counts) : doers.every(counts))) return false
  return strict || seen === undefined || covers(compiled.match, seen)
}

/** Where everyday work happens. */
export const OWN_GROUND: ReadonlySet<Zone> = new Set<Zone>(['project', 'worktree', 'tmp'])

/**
 * How far a permit reaches. `git push > ~/x` is by `git push` too, so a permit for a tool or a
 * capability alone covers the everyday only: no consequential effect, no path outside the project,
 * its worktrees and temporary folders, and nothing opaque but the tool itself. What goes beyond
 * must be named in the rule: the effect, the path or zone, the code of the opaque.
 */
const covers = (match: CompiledMatch, { kind, effect, zone }: Seen): boolean => {
  if (match.kinds !== undefined) return true
  if (kind === 'opaque')
    return (
      match.whys !== undefined ||
      ((effect.why === 'mcp-tool' || effect.why === 'unknown-tool') &&
        (match.tools.length > 0 || match.capabilities.length > 0))
    )
  if (isConsequential(kind)) return false
  return (
    zone === undefined ||
    OWN_GROUND.has(zone) ||
    match.paths.length > 0 ||
    match.zones !== undefined
  )
}

const holds = (
  match: CompiledMatch,
  tool: string,
  { capability, flags }: Doer,
  seen: Seen | undefined,
  strict: boolean,
): boolean => {
  if (match.tools.length > 0 && !match.tools.some((name) => wildcard(name, tool))) return false
  if (
    match.capabilities.length > 0 &&
    (capability === undefined ||
      !match.capabilities.some((prefix) => capabilityMatches(prefix, capability)))
  )
    return false
  if (match.flags.length > 0 && !flagHolds(match.flags, flags, strict)) return false
  if (match.flagsOnly !== undefined && !hasOnly(match.flagsOnly, flags, strict)) return false
  if (!match.ofEffects) return true
  if (seen === undefined) return false
  const { effect, kind, zone, host } = seen
  if (match.kinds !== undefined && !match.kinds.has(kind)) return false
  if (match.certainty !== undefined && match.certainty !== effect.certainty) return false
  if (match.zones !== undefined && (zone === undefined || !match.zones.has(zone))) return false
  if (match.whys !== undefined && (effect.why === undefined || !match.whys.has(effect.why)))
    return false
  if (match.hosts.length > 0) {
    if (host === undefined || !match.hosts.some((name) => hostMatches(name, host))) return false
  }
  if (match.networks !== undefined && (host === undefined || !match.networks.has(networkOf(host))))
    return false
  if (
    match.origins !== undefined &&
    (effect.origin === undefined || !match.origins.has(effect.origin))
  )
    return false
  if (match.reaches !== undefined && !reachHolds(match.reaches, effect.reach, strict)) return false
  if (match.names.length > 0 && !nameHolds(match.names, seen, strict)) return false
  if (match.scripts.length > 0 && !scriptHolds(match.scripts, seen.script, strict)) return false
  if (match.programs.length > 0 && !programHolds(match.programs, seen.programs, strict))
    return false
  return match.paths.length === 0 || match.paths.some((pattern) => pathHolds(pattern, seen, strict))
}

/**
 * Read strictly, an abbreviation counts for every option it may stand for, and a list as long as is
 * kept may have lost the option. A name that ends in `?` was there in some of the uses only.
 */
const flagHolds = (
  wanted: ReadonlyArray<string>,
  used: ReadonlyArray<string>,
  strict: boolean,
): boolean => {
  if (!strict) return used.some((flag) => wanted.includes(flag))
  if (used.length >= MOST_FLAGS) return true
  return used.some((flag) => {
    const name = flagName(flag)
    const abbreviates = name.length >= 4 && name.startsWith('--')
    return wanted.some((one) => one === name || (abbreviates && one.startsWith(name)))
  })
}

/** A list as long as is kept may have lost an option: it permits nothing, and may be restricted. */
const hasOnly = (
  allowed: ReadonlySet<string>,
  used: ReadonlyArray<string>,
  strict: boolean,
): boolean =>
  used.length >= MOST_FLAGS ? strict : used.every((flag) => allowed.has(flagName(flag)))

/** Without the mark of an option that was there in some of the uses only. */
export const flagName = (flag: string): string =>
  flag.length > 2 && flag.endsWith('?') ? flag.slice(0, -1) : flag

/** All of a folder is some of it too, for what restricts. */
const reachHolds = (
  wanted: ReadonlySet<string>,
  reach: ActionEffect['reach'],
  strict: boolean,
): boolean =>
  reach !== undefined && (wanted.has(reach) || (strict && reach === 'all' && wanted.has('some')))

const nameHolds = (
  wanted: ReadonlyArray<string>,
  { name, host }: Seen,
  strict: boolean,
): boolean =>
  strict
    ? [name, host].some(
        (one) =>
          one !== undefined &&
          wanted.some((pattern) => wildcard(pattern.toLowerCase(), one.toLowerCase())),
      )
    : name !== undefined && wanted.some((pattern) => wildcard(pattern, name))

const scriptHolds = (
  wanted: ReadonlyArray<PathPattern>,
  script: ReadonlyArray<string> | undefined,
  strict: boolean,
): boolean => {
  if (script === undefined) return false
  const path = strict ? script.map(lowerCase) : script
  return wanted.some((pattern) => pathMatches(strict ? pattern.lower : pattern.segments, path))
}

const programHolds = (
  wanted: ReadonlyArray<string>,
  programs: ReadonlyArray<string>,
  strict: boolean,
): boolean =>
  strict
    ? programs.some((name) =>
        wanted.some((pattern) => wildcard(pattern.toLowerCase(), name.toLowerCase())),
      )
    : programs.length > 0 && wanted.some((pattern) => wildcard(pattern, programs[0]!))

/**
 * Read strictly, a path counts under each of its names and whatever its case, and a deletion, or a
 * change of what lies in a folder, counts for what lies below the folder too.
 */
const pathHolds = (pattern: PathPattern, seen: Seen, strict: boolean): boolean => {
  if (!strict) return seen.path !== undefined && pathMatches(pattern.segments, seen.path)
  const below =
    seen.kind === 'fs.delete' || (seen.kind === 'fs.write' && seen.effect.reach !== undefined)
  return seen.anyPath.some(
    (path) => pathMatches(pattern.lower, path) || (below && isAtOrAbove(path, pattern)),
  )
}

/** Whether the rule, on its own and whatever its rate, speaks about the call or what it does. */
export const matchesAction = (compiled: CompiledRule, action: Action): boolean => {
  const doers = doersOf(action)
  return compiled.ofEffects
    ? action.effects.some((effect) => {
        const seen = seenOf(effect, doers)
        return applies(compiled, action.tool, seen.doers, seen)
      })
    : applies(compiled, action.tool, doers, undefined)
}
