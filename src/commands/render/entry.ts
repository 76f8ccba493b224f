// One entry of the log as a line: what a person watching or searching has to see of it. Everything in
// an entry that came from a call is made printable here.
import * as Schema from 'effect/Schema'
import { Action } from '../../domain/action/action.ts'
import type { ActionEffect } from '../../domain/action/effect.ts'
import { PathRef } from '../../domain/action/place.ts'
import { inDollars } from '../../domain/cost/money.ts'
import { isReported } from '../../domain/cost/reconcile.ts'
import { effectInWords, gravityOf, pathInWords } from '../../domain/policy/reason.ts'
import { codeInWords } from '../../domain/skills/words.ts'
import type { Verdict } from '../../domain/policy/verdict.ts'
import { printed } from '../terminal/printed.ts'
import { sensitiveFacts } from './sensitiveEntry.ts'
import { skillFacts } from './skillEntry.ts'
import { isVerdict } from './verdict.ts'

/** An entry as the control plane hands it out, or as it is committed; of any version. */
export interface ShownEntry {
  readonly index: number
  readonly time: number
  readonly session: string | null
  readonly event: { readonly _tag: string } & Readonly<Record<string, unknown>>
}

export interface EntryFacts {
  readonly index: number
  readonly time: number
  readonly session: string | null
  /** The client's event, or the kind of the entry. */
  readonly what: string
  readonly tool: string
  readonly verdict: Verdict | undefined
  readonly enforced: boolean
  readonly detail: string
  /** What a person must not overlook. */
  readonly alarming: boolean
}

const LONGEST = 200

/** Fields are read with care: an entry may be of a kind, or a version, that is not known here. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? printed(value, LONGEST) : ''

export const factsOf = ({ index, time, session, event }: ShownEntry): EntryFacts => {
  const base: EntryFacts = {
    index,
    time,
    session: session === null ? null : printed(session, 64),
    what: printed(event._tag, 40),
    tool: textOf(event['tool']),
    verdict: undefined,
    enforced: false,
    detail: '',
    alarming: false,
  }
  switch (event._tag) {
    case 'HookReceived':
      return { ...base, what: textOf(event['name']) }
    case 'HookRejected':
      return {
        ...base,
        what: textOf(event['name']) || base.what,
        detail: `unreadable payload: ${textOf(event['reason'])} (${Number(event['bytes'])} bytes)`,
        alarming: true,
      }
    case 'DecisionMade':
      return decisionFacts(base, event)
    case 'ToolFinished':
      return { ...base, detail: finishedText(event) }
    case 'InputSwapped':
      return {
        ...base,
        verdict: verdictOf(event['verdict']),
        detail: `another input ran than was decided on (entry ${Number(event['decision'])}): ${gravestText(actionOf(event['action']))}`,
        alarming: true,
      }
    case 'GapFound':
      return {
        ...base,
        detail: `${event['decision'] === undefined ? 'ran without a decision' : `ran although entry ${String(event['decision'])} denied it`}, seen in ${textOf(event['seenIn'])}`,
        alarming: true,
      }
    case 'SessionUngated':
      return { ...base, detail: 'ran without the gate: it sent no event', alarming: true }
    case 'TranscriptCompared':
      return {
        ...base,
        detail: `${Number(event['calls'])} calls that ran compared with the log, ${Number(event['gaps'])} gaps${event['agent'] === undefined ? '' : `, subagent ${textOf(event['agent'])}`}`,
      }
    case 'CanaryAnswered':
      return {
        ...base,
        what: textOf(event['name']) || base.what,
        detail: 'a canary of hook doctor',
      }
    case 'ModeChanged':
    case 'PostureChanged':
      return { ...base, detail: `${stateText(event['from'])} → ${stateText(event['to'])}` }
    case 'PolicyApplied':
      return {
        ...base,
        detail: `${textOf(event['digest']).slice(0, 16)} (${textOf(event['source'])})`,
      }
    case 'CostCharged':
      return {
        ...base,
        tool: textOf(event['model']),
        detail: `${amountText(event['nanodollars'])}${event['estimated'] === true ? ' (estimated)' : ''}`,
      }
    case 'CostReconciled':
      return {
        ...base,
        detail: `the client says ${amountText(event['client'])}, ${amountText(event['charged'])} was charged`,
        alarming: isReported(Number(event['client']), Number(event['charged'])),
      }
    case 'CostUnread':
      return { ...base, detail: `records not charged: ${textOf(event['code'])}`, alarming: true }
    case 'BudgetTold':
      return {
        ...base,
        detail: `${textOf(event['of'])} ${textOf(event['level'])}: ${amountText(event['spent'])} of ${amountText(event['limit'])}`,
      }
    case 'ValidatorFailed':
      return { ...base, ...validatorFacts(event) }
    case 'GuardAdded':
      return {
        ...base,
        detail: `${textOf(event['name'])}: ${textOf(event['program'])}`,
      }
    case 'GuardRemoved':
      return { ...base, detail: textOf(event['name']), alarming: true }
    case 'GuardAnswered':
      return {
        ...base,
        verdict: verdictOf(event['verdict']),
        detail: `guard ${textOf(event['name'])}: ${textOf(event['code'])} in ${Number(event['ms'])} ms`,
        alarming: event['code'] !== 'answered',
      }
    case 'ApprovalGranted':
      return {
        ...base,
        detail: `${textOf(event['id'])}: ${pathText(event['path'])}${event['below'] === true ? '/' : ''}${event['once'] === true ? ', once' : ''}`,
      }
    case 'SelfModified':
      return {
        ...base,
        detail: `${textOf(event['how'])} ${pathText(event['path'])}`,
        alarming: true,
      }
    case 'SelfRestored':
      return {
        ...base,
        detail: `${pathText(event['path'])}, as before entry ${Number(event['entry'])}`,
      }
    case 'ApprovalUsed':
    case 'ApprovalRevoked':
      return { ...base, detail: textOf(event['id']) }
    case 'ConfigChanged':
      return { ...base, detail: `${textOf(event['key'])} = ${textOf(event['value'])}` }
    case 'IntegrityViolated':
      return {
        ...base,
        detail: [event['what'], event['subject']].map(textOf).filter(Boolean).join(': '),
        alarming: true,
      }
    case 'PluginRecorded': {
      const files = Array.isArray(event['files']) ? event['files'].length : 0
      return {
        ...base,
        detail: files === 0 ? 'taken out' : `version ${textOf(event['version'])}, ${files} files`,
      }
    }
    case 'PluginChecked': {
      const codes = Array.isArray(event['codes']) ? event['codes'].map(textOf) : []
      return {
        ...base,
        detail: codes.length === 0 ? 'as it was installed' : codes.map(codeInWords).join('; '),
        alarming: codes.length > 0,
      }
    }
    case 'GateMended':
      return { ...base, detail: `${textOf(event['subject'])} put back` }
    case 'ControlPlaneStarted':
      return {
        ...base,
        detail: `isonapse ${textOf(event['engine'])} on node ${textOf(event['node'])}`,
      }
    case 'ControlPlaneStopped':
      return { ...base, detail: textOf(event['reason']) }
    case 'LogCreated': {
      const parent = event['parent'] as { readonly origin?: unknown } | undefined
      const after = parent === undefined ? '' : `, goes on from ${textOf(parent.origin)}`
      return { ...base, detail: `${textOf(event['origin'])}${after}` }
    }
    case 'LogClosed': {
      const successor = event['successor'] as { readonly origin?: unknown } | undefined
      return { ...base, detail: `in favour of ${textOf(successor?.origin)}` }
    }
    case 'StateCarried':
      return { ...base, detail: `${textOf(event['projection'])}, from the log before` }
    default:
      return {
        ...base,
        ...sensitiveFacts(event._tag, event),
        ...skillFacts(event._tag, event),
      }
  }
}

const isPath = Schema.is(PathRef)

const pathText = (path: unknown): string => (isPath(path) ? printed(pathInWords(path), 100) : '?')

const validatorFacts = (event: ShownEntry['event']) => {
  const { path, line } = event
  const file = pathText(path)
  return {
    detail: `${file}${typeof line === 'number' ? `:${line}` : ''} does not pass ${textOf(event['id'])}: ${textOf(event['code'])}`,
    alarming: false,
  }
}

const amountText = (value: unknown): string => (typeof value === 'number' ? inDollars(value) : '?')

const stateText = (value: unknown): string => (value === null ? 'auto' : textOf(value))

const verdictOf = (value: unknown): Verdict | undefined =>
  typeof value === 'string' && isVerdict(value) ? value : undefined

const finishedText = (event: ShownEntry['event']): string => {
  const { durationMs } = event
  const took = typeof durationMs === 'number' ? ` in ${Math.round(durationMs)} ms` : ''
  const outcome = textOf(event['outcome'])
  return `${outcome === 'unfinished' ? 'did not run' : outcome}${took}`
}

const isAction = Schema.is(Action)
const isRules = Schema.is(Schema.Array(Schema.String))

const actionOf = (value: unknown): Action | undefined => (isAction(value) ? value : undefined)

const decisionFacts = (base: EntryFacts, event: ShownEntry['event']): EntryFacts => {
  const receipt = event['receipt'] as
    | { readonly event?: unknown; readonly action?: unknown; readonly rules?: unknown }
    | null
    | undefined
  const verdict = verdictOf(event['verdict'])
  const action = actionOf(receipt?.action)
  const rules = isRules(receipt?.rules) ? receipt.rules : []
  return {
    ...base,
    what: textOf(receipt?.event) || base.what,
    tool: textOf(action?.tool),
    verdict,
    enforced: event['enforced'] === true,
    detail:
      verdict === 'permit'
        ? capabilitiesText(action)
        : [rulesText(rules), groundText(action, rules)].filter(Boolean).join(' · '),
  }
}

/** `git:status, npm:test`: capabilities without the tool's own name. */
const capabilitiesText = (action: Action | undefined): string =>
  (action?.capabilities ?? [])
    .map((one) => one.replace(/^tool:/, '').replace(`${action!.tool}:`, ''))
    .filter((one) => one !== action!.tool)
    .slice(0, 6)
    .map((one) => printed(one, 60))
    .join(', ')

const rulesText = ([first, ...rest]: ReadonlyArray<string>): string => {
  if (first === undefined) return ''
  return rest.length === 0 ? printed(first, 80) : `${printed(first, 80)} +${rest.length}`
}

/**
 * What a decision rests on. A default and a taint are of a kind, so it is known which effect that is; a rule of
 * the policy may be about anything, so the call itself is told.
 */
const groundText = (action: Action | undefined, rules: ReadonlyArray<string>): string => {
  const kinds = new Set(rules.flatMap((id) => /^(?:default|taint):(.+)$/.exec(id)?.slice(1) ?? []))
  if (kinds.size === 0 && !rules.some((id) => id.startsWith('baseline:')))
    return capabilitiesText(action)
  const ofDefault = action?.effects.filter((effect) => kinds.has(effect.kind)) ?? []
  return gravestText(action, ofDefault.length > 0 ? ofDefault : action?.effects)
}

const gravestText = (
  action: Action | undefined,
  effects: ReadonlyArray<ActionEffect> | undefined = action?.effects,
): string => {
  const [effect] = [...(effects ?? [])].sort(byGravity)
  return effect === undefined ? '' : effectInWords(action!.tool, effect)
}

const byGravity = (a: ActionEffect, b: ActionEffect): number =>
  gravityOf(b.kind) - gravityOf(a.kind)
