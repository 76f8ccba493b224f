// What the profile says: reports, observations, and the policy that it suggests.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { refOf } from '../../domain/action/paths.ts'
import { canonicalJson } from '../../domain/canonical.ts'
import type { LeftLine, Observations, Reported, Suggested } from '../../domain/control/learning.ts'
import { ControlFailure, type Params } from '../../domain/control/methods.ts'
import type { Entry } from '../../domain/event/envelope.ts'
import { type Policy, policyDigest } from '../../domain/policy/policy.ts'
import { capabilityMatches } from '../../domain/policy/pattern.ts'
import type { Profile } from '../../domain/profile/profile.ts'
import { observationLines, reportOf } from '../../domain/profile/report.ts'
import type { Thresholds } from '../../domain/suggest/evidence.ts'
import {
  type Left,
  type Suggestion,
  SuggestRefused,
  suggest,
} from '../../domain/suggest/suggest.ts'
import { profile } from '../../projections/profile.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { FOLD_CRYPTO } from '../store/fold.ts'
import { storeFailure } from '../store/storeFailure.ts'
import type { ControlContext } from './context.ts'
import { controlFailureOf } from './failures.ts'
import { gatePathsOf } from './gatePaths.ts'
import { outsideProjects } from './placeIn.ts'
import { firstSince, readEntries } from './readEntries.ts'
import type { SendItem } from './send.ts'

/** Capabilities of a report where nobody says how many. */
const DEFAULT_MOST = 15
const DEFAULT_OBSERVATIONS = 50

export const report = Effect.fn('report')(function* (
  params: Params<'profile.report'>,
  context: ControlContext,
  send: SendItem,
): Effect.fn.Return<Reported, ControlFailure> {
  const { most = DEFAULT_MOST, since, session, project } = params
  if (since === undefined && session === undefined && project === undefined)
    return {
      ...reportOf(context.log.projected().profile, most),
      scanned: null,
      ...slippedIn((kind) => context.log.projected().statistics.byKind[kind] ?? 0),
    }
  const { folded, scanned, slipped } = yield* foldedOver(params, context, send)
  return { ...reportOf(folded, most), scanned, ...slippedIn((kind) => slipped[kind]) }
})

const slippedIn = (of: (kind: 'GapFound' | 'SessionUngated') => number) => ({
  gaps: of('GapFound'),
  ungated: of('SessionUngated'),
})

/** The same fold over those entries of the log that are asked for. */
const foldedOver = Effect.fnUntraced(function* (
  { since, session, project }: Params<'profile.report'>,
  context: ControlContext,
  send: SendItem,
) {
  const { log, paths } = context
  const from =
    since === undefined ? 0 : yield* Effect.mapError(firstSince(log, since), controlFailureOf)
  const isWanted = sessionsWanted(session, project, context)
  let folded = profile.initial()
  const slipped = { GapFound: 0, SessionUngated: 0 }
  const see = (entry: Entry): void => {
    if (since !== undefined && entry.time < since) return
    if (!isWanted(entry.session)) return
    folded = profile.step(folded, entry, FOLD_CRYPTO)
    const { _tag: kind } = entry.event
    if (kind === 'GapFound' || kind === 'SessionUngated') slipped[kind] += 1
  }
  const scanned = yield* Effect.tryPromise({
    try: (signal) =>
      readEntries(log, { from, to: log.head().size, send, what: 'entries read', signal }, see),
    catch: (error) => controlFailureOf(storeFailure(paths.witnessDir, error)),
  })
  return { folded, scanned, slipped }
})

const sessionsWanted = (
  session: string | undefined,
  project: string | undefined,
  { log, home, paths }: ControlContext,
): ((id: string | null) => boolean) => {
  const nowhere = outsideProjects(home, gatePathsOf(paths, home))
  const root = project === undefined ? undefined : canonicalJson(refOf(project, nowhere))
  const { known } = log.projected().sessions
  const worksIn = (id: string): boolean => {
    const key = `/${id}`
    const found = Object.hasOwn(known, key) ? known[key]!.project : undefined
    return found !== undefined && canonicalJson(found) === root
  }
  return (id) =>
    (session === undefined || (id ?? '').startsWith(session)) &&
    (root === undefined || (id !== null && worksIn(id)))
}

export const observations = (
  { capability, limit = DEFAULT_OBSERVATIONS }: Params<'profile.observations'>,
  { log }: ControlContext,
): Effect.Effect<Observations> =>
  Effect.sync(() => {
    const all = observationLines(
      log.projected().profile,
      (one) => capability === undefined || capabilityMatches(capability, one.capability),
    )
    return { observations: all.slice(0, limit), inAll: all.length }
  })

/** What the profile suggests in place of the policy in force. */
export const suggestedNow = (
  thresholds: Thresholds,
  context: ControlContext,
): Result.Result<{ readonly live: Policy; readonly suggestion: Suggestion }, ControlFailure> => {
  const { policies, inForce, log } = context
  const held = policies.get(inForce().policyDigest)
  if (held === undefined) throw new Error('the policy in force is not loaded')
  const { policy: live } = held
  return Result.mapBoth(suggest(log.projected().profile, live, thresholds), {
    onSuccess: (suggestion) => ({ live, suggestion }),
    onFailure: (refused) =>
      refused instanceof SuggestRefused ? refusedFailure(refused) : controlFailureOf(refused),
  })
}

export const suggested = (
  thresholds: Params<'policy.suggest'>,
  context: ControlContext,
): Effect.Effect<Suggested, ControlFailure> =>
  Effect.fromResult(
    Result.map(suggestedNow(thresholds, context), ({ live, suggestion }) => {
      const { calls, outcomes, sessionsMet }: Profile = context.log.projected().profile
      const { policy, left, ...more } = suggestion
      return {
        policy,
        digest: policyDigest(policy, sha256),
        live: { name: live.name, digest: context.inForce().policyDigest },
        thresholds,
        seen: { calls, finished: outcomes.finished, sessions: sessionsMet },
        ...more,
        left: left.map(leftLine),
      }
    }),
  )

const leftLine = ({ observation, verdict, rules, because }: Left): LeftLine => {
  const { capability, effect, scope, calls, outcomes, sessions, days } = observation
  return {
    capability,
    kind: effect?.kind ?? null,
    scope,
    calls,
    finished: outcomes.finished,
    sessions: sessions.count,
    days: days.count,
    verdict,
    rules,
    because,
  }
}

const refusedFailure = ({ reason, seen, needed }: SuggestRefused): ControlFailure => {
  const nothing = (message: string, remedy: string) =>
    new ControlFailure({ kind: 'nothing-learned', message, remedy, exit: 1 })
  switch (reason) {
    case 'empty':
      return nothing(
        'no tool call was witnessed yet, so there is nothing to learn from',
        'isonapse hook status   (says whether the client loads the hooks); then work with Claude Code for some days',
      )
    case 'nothing-finished':
      return nothing(
        'no tool call that was witnessed has finished, and only those are learned from',
        'isonapse hook report   (shows how the calls ended)',
      )
    case 'too-few-sessions':
      return nothing(
        `nothing was done in more than ${seen} ${seen === 1 ? 'session' : 'sessions'}, and a rule needs ${needed}`,
        `go on in profile mode, or lower it: isonapse hook suggest --min-sessions ${Math.max(1, seen)}`,
      )
    case 'too-few-days':
      return nothing(
        `nothing was done on more than ${seen} ${seen === 1 ? 'day' : 'days'}, and a rule needs ${needed}`,
        `go on in profile mode, or lower it: isonapse hook suggest --min-days ${Math.max(1, seen)}`,
      )
  }
}
