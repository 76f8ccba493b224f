// A command that cannot do what it was asked: what is wrong, what to do about it, and the exit
// status. Shown as one line and its remedy, never as a stack trace.
import { printed } from './printed.ts'
import type { Style } from './style.ts'

/** 1: failed or found bad. 2: denied, or used wrongly. */
export type FailureExit = 1 | 2

export interface FailureFields {
  readonly kind: string
  readonly message: string
  readonly remedy?: string
  readonly exit: FailureExit
  readonly cause?: unknown
}

export class CommandFailure extends Error {
  readonly kind: string
  readonly remedy: string | undefined
  readonly exit: FailureExit

  constructor({ kind, message, remedy, exit, cause }: FailureFields) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'CommandFailure'
    this.kind = kind
    this.remedy = remedy
    this.exit = exit
  }
}

/** Wrong usage, with the command line that would be right. */
export const usage = (message: string, remedy?: string): CommandFailure =>
  new CommandFailure({
    kind: 'usage',
    message,
    ...(remedy === undefined ? {} : { remedy }),
    exit: 2,
  })

/** What `--json` prints for a failure. */
export const failureJson = ({ kind, message, remedy }: CommandFailure): object => ({
  error: { kind, message, ...(remedy === undefined ? {} : { remedy }) },
})

const LONGEST = 4000

/** The lines for a person; a message may quote what an agent wrote. */
export const failureLines = (
  { message, remedy }: { readonly message: string; readonly remedy?: string | undefined },
  style: Style,
): string => {
  const first = `${style.red(style.bold('isonapse:'))} ${printed(message, LONGEST)}\n`
  return remedy === undefined || remedy === ''
    ? first
    : `${first}${style.dim('  →')} ${printed(remedy, LONGEST)}\n`
}

/** Everything known about a failure, for `--debug`: its stack and those of its causes. */
export const debugLines = (error: unknown): string => {
  let out = ''
  let at: unknown = error
  for (let depth = 0; at !== undefined && at !== null && depth < 8; depth++) {
    const text = at instanceof Error ? (at.stack ?? String(at)) : JSON.stringify(at)
    for (const line of (text ?? String(at)).split('\n').slice(0, 40))
      out += `  ${depth === 0 ? '' : 'caused by '}${printed(line, LONGEST)}\n`
    at = at instanceof Error ? at.cause : undefined
  }
  return out
}
