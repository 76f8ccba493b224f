// An event on its way through the gate, in its two readings: with the values in place, to be judged, and
// with tokens, to be sealed; with the scripts that its call would run.
import type { WitnessEvent } from '../../domain/event/event.ts'
import type { CarriedText, PayloadParts } from '../../domain/event/payloadParts.ts'
import type { DecodedPayload } from '../../domain/hook/claudePayload.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { MaskedValue } from '../../domain/sensitive/factMask.ts'
import type { Seen } from './observe.ts'
import type { Looked } from './sensitive.ts'

export interface Passing {
  readonly event: HookEvent
  readonly masked: HookEvent
  readonly payload: Pick<PayloadParts, 'payload' | 'masked'>
  readonly hidden: ReadonlyArray<MaskedValue>
  readonly rows: ReadonlyArray<WitnessEvent>
}

export const passingOf = (
  { event }: DecodedPayload,
  bytes: Uint8Array,
  looked: Looked | undefined,
): Passing => {
  if (looked === undefined)
    return { event, masked: event, payload: { payload: bytes }, hidden: [], rows: [] }
  const { inspected } = looked
  const { how } = inspected
  return {
    event: inspected.event,
    masked: inspected.masked,
    payload: { payload: inspected.payload, ...(how === undefined ? {} : { masked: how }) },
    hidden: inspected.hidden,
    rows: inspected.rows,
  }
}

/** The scripts that a call would run, as they may be logged. */
export const makeScripts = (looked: Looked | undefined) => {
  const texts: Array<CarriedText> = []
  const values: Array<MaskedValue> = []
  const rows: Array<WitnessEvent> = []
  const written = new Set<string>()
  const given = new Set<string>(looked?.inspected.given)
  let changed = false
  let lossy = false
  return {
    values,
    rows,
    add: (seen: ReadonlyArray<CarriedText>): void => {
      for (const { path, text } of seen) {
        const script = looked?.script(text)
        texts.push({ path, text: script?.text ?? text })
        if (script === undefined) continue
        values.push(...script.values)
        rows.push(...script.rows)
        for (const token of script.written) written.add(token)
        for (const token of script.given) given.add(token)
        changed ||= script.text !== text
        lossy ||= script.lossy
      }
    },
    /** Where links lead: a name that nobody wrote in the call may hold a value too. */
    addNames: ({ links }: Seen['observed']): void => {
      for (const ref of links.flatMap(({ path, real }) => [path, real]))
        for (const text of Object.values(ref)) {
          const name = typeof text === 'string' ? looked?.script(text) : undefined
          if (name === undefined) continue
          values.push(...name.values)
          rows.push(...name.rows)
        }
    },
    parts: ({ payload, masked }: Passing['payload']): PayloadParts => {
      for (const token of masked?.written ?? []) written.add(token)
      if (masked === undefined && !changed && written.size === 0) return { payload, texts }
      // Of a token that stood there and is given for its value too nobody can tell which was which.
      const mixed = [...written].some((token) => given.has(token))
      const known = [...written].filter(
        (token) => looked?.inspected.vault?.valueOf(token) !== undefined,
      )
      return {
        payload,
        texts,
        masked: {
          written: [...written],
          ...(known.length === 0 ? {} : { known }),
          lossy: mixed || lossy || masked?.lossy === true,
        },
      }
    },
  }
}
