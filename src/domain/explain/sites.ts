// Where in a file an effect stands, for effects that were read from a script: the line's number and
// its text, as a person would look it up.
import type { ActionEffect } from '../action/effect.ts'
import { refOf } from '../action/paths.ts'
import type { PathRef, Place } from '../action/place.ts'
import type { Sources } from '../action/sources.ts'

export interface Site {
  /** Index into the effects. */
  readonly effect: number
  /** 1 for the first line. */
  readonly line: number
  /** The line, without white space around it. */
  readonly text: string
}

const LONGEST_LINE = 240

const keyOf = (ref: PathRef): string => JSON.stringify(ref)

/** Sites of those effects that stand in a file whose text is known. */
export const sitesOf = (
  effects: ReadonlyArray<ActionEffect>,
  sources: Sources,
  place: Place,
): ReadonlyArray<Site> => {
  const texts = new Map(
    [...sources].flatMap(([path, { text }]) =>
      text === undefined ? [] : [[keyOf(refOf(path, place)), text] as const],
    ),
  )
  return effects.flatMap(({ in: file, span }, effect) => {
    const text = file === undefined ? undefined : texts.get(keyOf(file))
    if (text === undefined || span === undefined || span.start > text.length) return []
    const line = text.slice(0, span.start).split('\n').length
    const start = text.lastIndexOf('\n', span.start - 1) + 1
    const end = text.indexOf('\n', span.start)
    const shown = text.slice(start, end < 0 ? text.length : end).trim()
    return [{ effect, line, text: shown.slice(0, LONGEST_LINE).toWellFormed() }]
  })
}
