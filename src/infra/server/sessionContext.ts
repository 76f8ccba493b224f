// What the model is given when a session begins: in enforce a summary of the policy, and in either mode
// the text of a file that the user named. Of a session that goes on, what it had is in it already.
import * as Result from 'effect/Result'
import { limitsOf } from '../../domain/cost/budget.ts'
import type { AnswerMore } from '../../domain/hook/claudeAnswer.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { policySummary } from '../../domain/policy/summary.ts'
import type { Mode } from '../../domain/policy/verdict.ts'
import type { Settings } from '../config/settings.ts'
import { contextFrom } from './contextFile.ts'

export interface SessionContext {
  /** Empty for events that begin no session. */
  readonly begin: (event: HookEvent, mode: Mode) => Pick<AnswerMore, 'context' | 'message'>
}

/** Where a session starts with nothing in the model's context. */
const BEGINNINGS: ReadonlySet<string> = new Set(['startup', 'clear'])

export const makeSessionContext = (options: {
  readonly settings: () => Settings
  readonly home: string
  /** The policy in force, as it was applied. */
  readonly policy: () => Policy | undefined
  readonly guards: () => ReadonlyArray<string>
  readonly secrets: () => number
  readonly hide: () => ((text: string) => string) | undefined
}): SessionContext => ({
  begin: (event, mode) => {
    if (event.kind !== 'session.start' || !BEGINNINGS.has(event.source)) return {}
    const settings = options.settings()
    const policy =
      mode === 'enforce' && settings['context.policy'] === 'on' ? options.policy() : undefined
    const summary =
      policy === undefined
        ? undefined
        : policySummary({
            policy,
            limits: limitsOf((key) => settings[key]),
            guards: options.guards(),
            tokens: settings['pii.action'] === 'tokenize',
            secrets: options.secrets() > 0,
          })
    const file = settings['context.file']
    const text = file === '' ? undefined : contextFrom(file, options.home, options.hide())
    const given = text !== undefined && Result.isSuccess(text) ? text.success : ''
    const parts = [summary, given].filter((one) => one !== undefined && one !== '')
    return {
      ...(parts.length === 0 ? {} : { context: parts.join('\n\n') }),
      ...(text !== undefined && Result.isFailure(text)
        ? {
            message: `Isonapse: the file of setting context.file ${text.failure}, so the session was not given it. To name another: isonapse hook config set context.file PATH`,
          }
        : {}),
    }
  },
})
