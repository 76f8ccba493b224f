// A call that names stored secrets, judged: what is known of each goes into the receipt, so that the
// same is decided again without the store.
import * as Result from 'effect/Result'
import type { Action } from '../action/action.ts'
import type { HookEvent, ToolCall } from '../hook/hookEvent.ts'
import { changesFile } from '../hook/claudeParts.ts'
import type { Sinks } from './sinkList.ts'
import { type Refusal, type RefusalCode, refusal, REFUSALS } from './refusals.ts'
import { rewrittenScript } from './shell.ts'
import { secretsOfCall, sinkRefusal, type SinksOf, standInCall } from './sinks.ts'

/** As the receipt has it. */
export interface SecretUse {
  readonly sinks: Readonly<Record<string, Sinks | null>>
  readonly refused?: { readonly name: string; readonly why: string }
}

/** The call as it is to be read, with plain words where it names secrets. */
export const readWithStandIns = <E extends HookEvent>(event: E): E =>
  'call' in event && namesSecrets(event.call) ? { ...event, call: standInCall(event.call) } : event

const namesSecrets = (call: ToolCall): boolean => secretsOfCall(call).length > 0

/**
 * Undefined for a call that names none. What a file is written with is a secret's name only where there
 * is such a secret: text about templates is nobody's business.
 */
export const useOfSecrets = (
  event: HookEvent,
  action: Action,
  sinksOf: SinksOf,
): SecretUse | undefined => {
  if (event.kind !== 'tool.before' && event.kind !== 'permission.asked') return undefined
  const { call } = event
  const named = secretsOfCall(call).filter(
    (name) => sinksOf(name) !== undefined || !changesFile(call.name),
  )
  if (named.length === 0) return undefined
  const sinks = Object.fromEntries(named.map((name) => [name, sinksOf(name) ?? null]))
  const refused = sinkRefusal(call, action, sinksOf) ?? unwritable(call)
  return {
    sinks,
    ...(refused === undefined ? {} : { refused: { name: named[0]!, why: refused.why } }),
  }
}

/** A script in which a value cannot be put in its place. */
const unwritable = ({ name, input }: ToolCall): Refusal | undefined => {
  const { command } = input
  if (name !== 'Bash' || typeof command !== 'string') return undefined
  return Result.match(
    rewrittenScript(command, (secret) => `v_${secret}`),
    {
      onSuccess: () => undefined,
      onFailure: (failure) => failure,
    },
  )
}

export const refusalOf = ({ name, why }: NonNullable<SecretUse['refused']>): Refusal =>
  refusal(Object.hasOwn(REFUSALS, why) ? (why as RefusalCode) : 'unreadable', name)
