// How far a transcript was read, as projections hold it by session and subagent.
import * as Schema from 'effect/Schema'
import type { ReadTo } from '../domain/event/event.ts'
import { soundAmount, soundName } from './sound.ts'

export const TranscriptPlace = Schema.Struct({
  offset: Schema.Int,
  tail: Schema.String,
  /** Index of the entry that says so. */
  last: Schema.Int,
})
export type TranscriptPlace = typeof TranscriptPlace.Type

/** A session's id holds no slash. */
export const transcriptKey = (session: string, agent: string | undefined): string =>
  soundName(agent === undefined ? `/${session}` : `/${session}/${agent}`)

export const placeOfRead = ({ offset, tail }: ReadTo, index: number): TranscriptPlace => ({
  offset: soundAmount(offset),
  tail: soundName(tail),
  last: index,
})

/** Undefined where it was never read, as far as is known. */
export const placeRead = (
  places: Readonly<Record<string, TranscriptPlace>>,
  session: string,
  agent: string | undefined,
): ReadTo | undefined => {
  const key = transcriptKey(session, agent)
  if (!Object.hasOwn(places, key)) return undefined
  const { offset, tail } = places[key]!
  return { offset, tail }
}
