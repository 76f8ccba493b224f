// Which entries a forensic query asks for. Pure; the text of opened payloads comes in as an argument.
import type { QueryParams } from '../control/methods.ts'
import { capabilityMatches } from '../policy/pattern.ts'
import { type Entry, kindOf } from './envelope.ts'

/** Pieces of larger things and bookkeeping: found only when asked for by kind. */
const QUIET: ReadonlySet<string> = new Set(['Chunk', 'SnapshotTaken'])

/** Everything but `text`, which needs the payload. */
export const matchesFacts = (entry: Entry, query: QueryParams): boolean => {
  const kind = kindOf(entry)
  if (query.kind === undefined ? QUIET.has(kind) : kind !== query.kind) return false
  if (query.since !== undefined && entry.time < query.since) return false
  if (query.until !== undefined && entry.time > query.until) return false
  if (query.session !== undefined && !(entry.session ?? '').startsWith(query.session)) return false
  if (query.tool !== undefined && toolOf(entry) !== query.tool) return false
  if (query.verdict !== undefined && verdictOf(entry) !== query.verdict) return false
  if (query.capability !== undefined) {
    const prefix = query.capability
    return capabilitiesOf(entry).some((one) => capabilityMatches(prefix, one))
  }
  return true
}

export const matchesText = (query: QueryParams, ...texts: ReadonlyArray<string>): boolean => {
  if (query.text === undefined) return true
  const wanted = query.text.toLowerCase()
  return texts.some((text) => text.toLowerCase().includes(wanted))
}

const toolOf = ({ event }: Entry): string | undefined => {
  if (event._tag === 'DecisionMade') return event.receipt.action.tool
  return 'tool' in event && typeof event.tool === 'string' ? event.tool : undefined
}

const verdictOf = ({ event }: Entry): string | undefined =>
  event._tag === 'DecisionMade' || event._tag === 'InputSwapped' ? event.verdict : undefined

const capabilitiesOf = ({ event }: Entry): ReadonlyArray<string> =>
  event._tag === 'DecisionMade'
    ? event.receipt.action.capabilities
    : event._tag === 'InputSwapped'
      ? event.action.capabilities
      : []
