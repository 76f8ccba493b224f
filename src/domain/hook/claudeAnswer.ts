// What is said to Claude Code about an event, in the shape that event's answers have. Nothing of the
// payload's text goes into an answer: the model and the user read it, and the client obeys it.
import {
  type Mode,
  type Posture,
  postureOfPermissionMode,
  type Verdict,
} from '../policy/verdict.ts'
import { isClaudeEvent, powersOf, refusalShapeOf, type RefusalShape } from './claudeEvents.ts'
import type { RejectReason } from './payloadObject.ts'
import { type HookAnswer, type HookEvent, NO_OPINION } from './hookEvent.ts'
import { plainText } from '../oneLine.ts'
import { mapped } from '../sensitive/strings.ts'
import { MAX_BODY_BYTES } from './frame.ts'

/** What an answer is made from: a Decision's verdict, its rules' ids and its reason. */
export interface AnswerDecision {
  readonly verdict: Verdict
  /** A fixed text or a rule's own; never text of the call. */
  readonly reason: string
  readonly rules: ReadonlyArray<string>
  /** A permit that also answers the client's own permission question. */
  readonly approve?: boolean
  /** What the user may do about it, instead of the usual advice. */
  readonly remedy?: string
}

/** Most UTF-16 code units of a reason; the client shows it on one line. */
export const MAX_REASON = 800

const MAX_TEXT = 280
const MAX_RULE = 64
const RULES_NAMED = 3

const EXPLAIN =
  'Do not work around it; tell the user, who can look with: isonapse hook explain <command>'
const RESUME = 'Tell the user, who can end this with: isonapse hook resume'
const STATUS = 'Tell the user, who can look with: isonapse hook status'
const LOCKED = 'everything is denied while the gate is suspended or locked'

/**
 * The answer to an event that was decided on.
 *
 * - `locked` refuses in either mode, whatever the verdict says. Else `profile` never blocks or asks.
 * - deny: the event's own refusal and exit 2, which the client takes for a refusal even where it
 *   does not read the JSON.
 * - defer: `ask` where the client can ask. A human is being asked already on PermissionRequest: no
 *   opinion. Nobody can be asked in posture `autonomous`, on prompts and on changes of settings,
 *   nor in a permission mode in which the client is reported to answer `ask` by itself: refused.
 * - permit: no opinion, so that the client's own permission flow goes on; `approve` ends it.
 *
 * Events the gate only watches get no opinion, Stop and SubagentStop above all.
 */
export const claudeAnswer = (
  event: HookEvent,
  decision: AnswerDecision,
  { mode, posture }: { readonly mode: Mode; readonly posture: Posture },
): HookAnswer => {
  const shape = refusalShapeOf(event.name)
  if (shape === null) return NO_OPINION
  if (posture === 'locked') {
    const { verdict, reason, rules, remedy } = decision
    const said =
      verdict === 'deny' ? reasonOf('denied', reason, rules, remedy ?? RESUME) : undefined
    return refusal(shape, event.name, said ?? reasonOf('denied', LOCKED, [], RESUME))
  }
  const { verdict, reason, rules, remedy = EXPLAIN } = decision
  if (mode === 'profile' && !(verdict === 'permit' && decision.approve === true)) return NO_OPINION
  const canAsk =
    posture !== 'autonomous' && postureOfPermissionMode(event.permissionMode) !== 'autonomous'
  switch (verdict) {
    case 'permit':
      return decision.approve === true ? approval(shape, event.name, reason, rules) : NO_OPINION
    case 'deny':
      return refusal(shape, event.name, reasonOf('denied', reason, rules, remedy))
    case 'defer':
      if (canAsk && shape === 'decision') return NO_OPINION
      if (canAsk && shape === 'permission')
        return permission(event.name, 'ask', reasonOf('asks', reason, rules, ''), 0)
      return refusal(
        shape,
        event.name,
        reasonOf('denied, as nobody can be asked', reason, rules, remedy),
      )
  }
}

/** What an answer may say beside its decision. */
export interface AnswerMore {
  /** The tool's input that is to run in place of the one asked about, whole. */
  readonly input?: object
  /** The tool's output that the model is to read, in the shape of the tool's own. */
  readonly output?: unknown
  /** Told to the model beside the result, or with a prompt. */
  readonly context?: string
  /** Shown to the user. */
  readonly message?: string
}

/**
 * The answer with more in it. It decides nothing: of an answer without an opinion one comes that has
 * none either. What the event's answers cannot hold is left out, as the client would refuse the whole
 * answer for it, or pass over it silently.
 */
export const withMore = (given: HookAnswer, event: HookEvent, more: AnswerMore): HookAnswer => {
  const made = withAll(given, event, more)
  // The client takes no longer answer, and would show the model what the tool said instead.
  return made.stdout.length <= MAX_BODY_BYTES || more.output === undefined
    ? made
    : withAll(given, event, { ...more, output: mapped(more.output, cutShort) })
}

/** Of a text in an output that is too long as a whole. UTF-16 units. */
const MOST_SHOWN = 262_144

const cutShort = (text: string): string =>
  text.length <= MOST_SHOWN
    ? text
    : `${text.slice(0, MOST_SHOWN)}\n[${text.length - MOST_SHOWN} characters withheld by Isonapse: the result is too long to be given with tokens]`

const withAll = ({ exit, stdout }: HookAnswer, event: HookEvent, more: AnswerMore): HookAnswer => {
  const may = powersOf(event.name)
  const specific = {
    ...(more.input !== undefined && may.includes('input') ? { updatedInput: more.input } : {}),
    ...(more.output !== undefined && may.includes('output')
      ? { updatedToolOutput: more.output }
      : {}),
    ...(more.context !== undefined && may.includes('context')
      ? { additionalContext: more.context }
      : {}),
  }
  const isPlain = Object.keys(specific).length === 0
  if (isPlain && more.message === undefined) return { exit, stdout }
  const said = stdout === '' ? {} : (JSON.parse(stdout) as { hookSpecificOutput?: object })
  return answer(exit, {
    ...said,
    ...(more.message === undefined
      ? {}
      : { systemMessage: plainText(more.message, MAX_REASON, ' ') }),
    ...(isPlain
      ? {}
      : {
          hookSpecificOutput: {
            hookEventName: event.name,
            ...said.hookSpecificOutput,
            ...specific,
          },
        }),
  })
}

/** A prompt that is held back, with the text that may be sent instead. */
export const promptHeldBack = (name: string, reason: string, masked: string): HookAnswer =>
  answer(2, {
    decision: 'block',
    reason: `${plainText(reason, MAX_REASON, ' ')}\n\n${shownText(masked)}`,
    hookSpecificOutput: { hookEventName: name, suppressOriginalPrompt: true },
  })

const MAX_PROMPT_SHOWN = 8000

const shownText = (text: string): string => {
  const printable = text
    .slice(0, MAX_PROMPT_SHOWN)
    .split('\n')
    .map((line) => plainText(line, MAX_PROMPT_SHOWN))
    .join('\n')
  return text.length > MAX_PROMPT_SHOWN ? `${printable}\n[…]` : printable
}

/** Why no decision could be made. `not-witnessed`: the log did not take the event. */
export type UndecidedReason = RejectReason | 'not-witnessed'

const UNDECIDED: Readonly<Record<UndecidedReason, string>> = {
  'too-large': 'the payload is larger than gate.max_payload_bytes',
  truncated: 'the payload is cut off',
  'not-utf8': 'the payload is not UTF-8',
  'not-json': 'the payload is not JSON',
  'too-deep': 'the payload is nested too deeply',
  'wrong-shape': 'the payload is not of the shape this event has',
  'wrong-event': 'the payload is of another event than the hook is registered for',
  slow: 'the payload did not arrive in time',
  'not-witnessed': 'the event could not be written to the log',
}

/**
 * The answer to a payload nobody could decide on: fail closed in `enforce` (and when suspended:
 * pass `enforce`), no opinion in `profile` and on events the gate only watches.
 *
 * `reported` is the event the payload itself names, where that could be read. It is the client's
 * word for what it is doing, so it counts before the registration's, which somebody may have
 * edited: a call reported under a hook registered for a harmless event is refused, and a Stop
 * never is (that would keep the agent going). A registered name that is not in the table is from no
 * registration of ours: refused by exit 2 alone, which is a refusal on every gating event but
 * PermissionRequest (and PreToolUse comes before that one).
 */
export const unreadableAnswer = (
  registered: string,
  mode: Mode,
  reason: UndecidedReason,
  reported?: string,
): HookAnswer => {
  if (mode === 'profile') return NO_OPINION
  for (const name of reported === undefined ? [registered] : [reported, registered]) {
    const shape = refusalShapeOf(name)
    if (shape !== null)
      return refusal(shape, name, reasonOf('denied', UNDECIDED[reason], [], STATUS))
    if (name === 'Stop' || name === 'SubagentStop') return NO_OPINION
  }
  return isClaudeEvent(registered) ? NO_OPINION : { exit: 2, stdout: '' }
}

/** One line: what was done, why, by which rules, what the user may do. */
const reasonOf = (
  what: string,
  reason: string,
  rules: ReadonlyArray<string>,
  remedy: string,
): string => {
  const named = rules.slice(0, RULES_NAMED).map((rule) => plainText(rule, MAX_RULE, ' '))
  if (rules.length > RULES_NAMED) named.push(`${rules.length - RULES_NAMED} more`)
  const by = named.length === 0 ? '' : ` [rule ${named.join(', ')}]`
  const why = plainText(reason, MAX_TEXT, ' ').replace(/[.\s]+$/, '')
  const advice = remedy === '' ? '' : ` ${remedy}`
  return plainText(`Isonapse ${what}: ${why}${by}.${advice}`, MAX_REASON, ' ')
}

const refusal = (shape: RefusalShape, name: string, reason: string): HookAnswer => {
  switch (shape) {
    case 'permission':
      return permission(name, 'deny', reason, 2)
    case 'decision':
      // Exit 2 alone is not taken for a refusal here; the JSON is.
      return answer(0, {
        hookSpecificOutput: {
          hookEventName: name,
          decision: { behavior: 'deny', message: reason },
        },
      })
    case 'prompt':
      return answer(2, {
        decision: 'block',
        reason,
        hookSpecificOutput: { hookEventName: name, suppressOriginalPrompt: true },
      })
    case 'block':
      return answer(2, { decision: 'block', reason })
  }
}

/** Only a permission can be approved: a prompt or a change of settings goes on without a word. */
const approval = (
  shape: RefusalShape,
  name: string,
  reason: string,
  rules: ReadonlyArray<string>,
): HookAnswer => {
  switch (shape) {
    case 'permission':
      return permission(name, 'allow', reasonOf('permits', reason, rules, ''), 0)
    case 'decision':
      return answer(0, {
        hookSpecificOutput: { hookEventName: name, decision: { behavior: 'allow' } },
      })
    case 'prompt':
    case 'block':
      return NO_OPINION
  }
}

const permission = (
  name: string,
  permissionDecision: 'allow' | 'ask' | 'deny',
  permissionDecisionReason: string,
  exit: HookAnswer['exit'],
): HookAnswer =>
  answer(exit, {
    hookSpecificOutput: { hookEventName: name, permissionDecision, permissionDecisionReason },
  })

/** ASCII JSON on one line, so that its length is the same in bytes, characters and any locale. */
const answer = (exit: HookAnswer['exit'], json: object): HookAnswer => ({
  exit,
  stdout: JSON.stringify(json).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ),
})
