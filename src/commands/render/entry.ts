// One entry of the log as a line: what a person watching or searching has to see of it. Everything in
// an entry that came from a call is made printable here.
import type { Action } from '../../domain/action/action.ts'
import type { ActionEffect } from '../../domain/action/effect.ts'
import { effectInWords, gravityOf } from '../../domain/policy/reason.ts'
import type { Verdict } from '../../domain/policy/verdict.ts'
import { printed } from '../terminal/printed.ts'
import { isVerdict } from './verdict.ts'

/** An entry as the control plane hands it out, or as it is committed. */
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
const textOf = (value: unknown): string => (typeof value === 'string' ? printed(value, LONGEST) : '')

export const factsOf = ({ index, time, session, event }: ShownEntry): EntryFacts => {
  const base: EntryFacts = {
    index,
    time,
    session,
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
        detail: `another input ran than was decided on (entry ${Number(event['decision'])}): ${gravestText(event['action'])}`,
        alarming: true,
      }
    case 'GapFound':
      return { ...base, detail: `ran without a decision, seen in ${textOf(event['seenIn'])}`, alarming: true }
    case 'ModeChanged':
    case 'PostureChanged':
      return { ...base, detail: `${stateText(event['from'])} → ${stateText(event['to'])}` }
    case 'PolicyApplied':
      return { ...base, detail: `${textOf(event['digest']).slice(0, 16)} (${textOf(event['source'])})` }
    case 'ConfigChanged':
      return { ...base, detail: `${textOf(event['key'])} = ${textOf(event['value'])}` }
    case 'IntegrityViolated':
      return {
        ...base,
        detail: [event['what'], event['subject']].map(textOf).filter(Boolean).join(': '),
        alarming: true,
      }
    case 'ControlPlaneStarted':
      return { ...base, detail: `isonapse ${textOf(event['engine'])} on node ${textOf(event['node'])}` }
    case 'ControlPlaneStopped':
      return { ...base, detail: textOf(event['reason']) }
    case 'LogCreated':
      return { ...base, detail: textOf(event['origin']) }
    default:
      return base
  }
}

const stateText = (value: unknown): string => (value === null ? 'auto' : textOf(value))

const verdictOf = (value: unknown): Verdict | undefined =>
  typeof value === 'string' && isVerdict(value) ? value : undefined

const finishedText = (event: ShownEntry['event']): string => {
  const { durationMs } = event
  const took = typeof durationMs === 'number' ? ` in ${Math.round(durationMs)} ms` : ''
  return `${textOf(event['outcome'])}${took}`
}

const decisionFacts = (base: EntryFacts, event: ShownEntry['event']): EntryFacts => {
  const receipt = event['receipt'] as
    | { event?: unknown; action?: Partial<Action>; rules?: ReadonlyArray<string> }
    | undefined
  const verdict = verdictOf(event['verdict'])
  return {
    ...base,
    what: textOf(receipt?.event) || base.what,
    tool: textOf(receipt?.action?.tool),
    verdict,
    enforced: event['enforced'] === true,
    detail:
      verdict === 'permit'
        ? capabilitiesText(receipt?.action)
        : [rulesText(receipt?.rules), gravestText(receipt?.action, receipt?.rules)]
            .filter(Boolean)
            .join(' · '),
  }
}

/** `git:status, npm:test`: capabilities without the tool's own name. */
const capabilitiesText = (action: Partial<Action> | undefined): string =>
  (action?.capabilities ?? [])
    .map((one) => printed(one.replace(/^tool:/, '').replace(`${action?.tool ?? ''}:`, ''), 60))
    .filter((one) => one !== action?.tool)
    .slice(0, 6)
    .join(', ')

const rulesText = (rules: ReadonlyArray<string> | undefined): string => {
  const [first, ...rest] = rules ?? []
  if (first === undefined) return ''
  return rest.length === 0 ? printed(first, 80) : `${printed(first, 80)} +${rest.length}`
}

/** The effect that a decision most likely rests on: of a default's own kind, else the gravest. */
const gravestText = (value: unknown, rules: ReadonlyArray<string> = []): string => {
  const action = value as Partial<Action> | undefined
  const effects = action?.effects ?? []
  const kinds = new Set(rules.filter((id) => id.startsWith('default:')).map((id) => id.slice(8)))
  const ofDefault = effects.filter((effect) => kinds.has(effect.kind))
  const [effect] = [...(ofDefault.length > 0 ? ofDefault : effects)].sort(byGravity)
  return effect === undefined ? '' : effectInWords(action?.tool ?? '', effect)
}

const byGravity = (a: ActionEffect, b: ActionEffect): number =>
  (gravityOf(b.kind) ?? 0) - (gravityOf(a.kind) ?? 0)
