// What a search through the log takes, as flags, and as the control plane is asked.
import { boolean, integer, string } from '@oclif/core/flags'
import type { QueryParams } from '../../domain/control/methods.ts'
import { usage } from '../terminal/failure.ts'
import { parseMoment } from '../terminal/time.ts'

const MOMENT = 'a date, a time, or how long ago: 2026-03-01, 2026-03-01T14:00, 2h, 3d'

export const FILTER_FLAGS = {
  since: string({ description: `Not before this: ${MOMENT}.`, helpValue: 'TIME' }),
  until: string({ description: 'Not after this.', helpValue: 'TIME' }),
  session: string({
    description: 'Of this session, by its id or the beginning of it.',
    helpValue: 'ID',
  }),
  tool: string({ description: 'About this tool.', helpValue: 'NAME' }),
  capability: string({
    description: 'Decisions about this capability, or those below it: tool:Bash:git.',
    helpValue: 'NAME',
  }),
  verdict: string({
    description: 'Decisions with this verdict.',
    options: ['permit', 'defer', 'deny'],
  }),
  kind: string({
    description: 'Entries of this kind, such as DecisionMade or GapFound.',
    helpValue: 'KIND',
  }),
  text: string({
    description: 'With this text in the entry or in its payload, whatever the case.',
    helpValue: 'TEXT',
  }),
  payloads: boolean({ description: 'Open sealed payloads, where the key is there.' }),
}

export const QUERY_FLAGS = {
  ...FILTER_FLAGS,
  limit: integer({
    description: 'At most this many, the newest.',
    default: 50,
    min: 0,
    max: 100_000,
  }),
  follow: boolean({ char: 'f', description: 'Go on with new entries as they come.' }),
}

export interface FilterFlags {
  readonly since: string | undefined
  readonly until: string | undefined
  readonly session: string | undefined
  readonly tool: string | undefined
  readonly capability: string | undefined
  readonly verdict: string | undefined
  readonly kind: string | undefined
  readonly text: string | undefined
  readonly payloads: boolean
}

export const queryOf = (
  flags: FilterFlags & { readonly limit: number; readonly follow: boolean },
  now: number,
): QueryParams => {
  const { session, tool, capability, verdict, kind, text, limit, follow, payloads } = flags
  const given = Object.entries({ session, tool, capability, verdict, kind, text }).filter(
    ([, value]) => value !== undefined,
  )
  return {
    ...momentIn('since', flags.since, now, false),
    ...momentIn('until', flags.until, now, true),
    ...Object.fromEntries(given),
    limit,
    ...(follow ? { follow } : {}),
    ...(payloads ? { payloads } : {}),
  }
}

/** `end`: a date alone is its last instant. */
export const momentIn = (
  name: 'since' | 'until',
  text: string | undefined,
  now: number,
  end: boolean,
) => {
  if (text === undefined) return {}
  const ms = parseMoment(text, now, end)
  if (ms === undefined) throw usage(`--${name} is no point in time: ${text}`, `write ${MOMENT}`)
  return { [name]: ms }
}
