// One pass over a text: literals and runs of digits say where a value may stand, and the recognisers
// whose anchors they are look there. No recogniser is asked again inside what it has already found.
import { type Anchor, type Anchors, anchorsOf } from './anchors.ts'
import { isDigitUnit, isLetterAt } from './characters.ts'
import type { Folded } from './fold.ts'
import { resolved } from './overlap.ts'
import type { Found, Hashes, Recogniser, Surroundings } from './recogniser.ts'
import { LEAST_SCORE, type Span } from './span.ts'

export interface Engine {
  readonly begin: (folded: Folded, hashes: Hashes | undefined) => EnginePass
}

/** The pass over one text, in as many steps as whoever holds it likes: their sizes decide nothing. */
export interface EnginePass {
  /** Looks at the folded text up to a place; what was looked at already is not again. */
  readonly advance: (to: number) => void
  /** How many values were found so far, overlapping ones too. */
  readonly found: () => number
  /** In order, none overlapping. */
  readonly spans: () => ReadonlyArray<Span>
}

/** Letters before a run of digits, and digits in one, that make a difference; more are as many. */
const MOST_LETTERS = 7
const MOST_DIGITS = 32
/** Checks that cost more than a microsecond or two; beyond, such values are judged by shape alone. */
const COSTLY_CHECKS = 400
/** They are granted anew by the stretch, so that a flood at a text's start does not hide what follows. */
const STRETCH = 262_144

export const engineOf = (recognisers: ReadonlyArray<Recogniser>): Engine => {
  const literals: Array<Anchor> = recognisers.flatMap(({ literals = [] }, which) =>
    literals.map((literal) => ({ literal, which })),
  )
  const anchors: Anchors = anchorsOf(literals)
  const byRun = runsOf(recognisers)
  return {
    begin: (folded, hashes) => {
      const { text } = folded
      const around: Surroundings = { hashes, budget: { left: COSTLY_CHECKS } }
      const spans: Array<Span> = []
      // Of most short texts nobody is asked, and a typed array costs as much as to scan one.
      const looked: Array<number> = []
      const ask = (which: number, start: number, end: number): void => {
        if (start < (looked[which] ?? 0)) return
        const found = recognisers[which]!.find(text, start, end, around)
        if (found === undefined) return
        if ('start' in found) report(which, found)
        else for (const one of found) report(which, one)
      }
      const report = (which: number, found: Found): void => {
        if (found.score < LEAST_SCORE) return
        looked[which] = Math.max(looked[which] ?? 0, found.end)
        const [from, to] = folded.original(found.start, found.end)
        const { type, id } = recognisers[which]!
        spans.push({ start: from, end: to, type, score: found.score, detector: `rules:${id}` })
      }
      let at = 0
      let state = 0
      let run = -1
      const stretch = (to: number): void => {
        while (at < to) {
          let end = at
          if (run === -1) {
            while (end < to && !isDigitUnit(text.charCodeAt(end))) end++
            state = anchors.scan(text, at, end, state, ask)
            if (end < to) run = end
          } else {
            while (end < to && isDigitUnit(text.charCodeAt(end))) end++
            state = anchors.scan(text, at, end, state, ask)
            // One that goes on beyond is asked about when its end is known.
            if (end < to) {
              askAboutRun(text, run, end, byRun, ask)
              run = -1
            }
          }
          at = end
        }
      }
      return {
        advance: (to) => {
          const end = Math.min(to, text.length)
          for (let from = at; from < end; from = at) {
            if (from % STRETCH === 0) around.budget.left = COSTLY_CHECKS
            stretch(Math.min(end, from - (from % STRETCH) + STRETCH))
          }
          if (at < text.length || run === -1) return
          askAboutRun(text, run, text.length, byRun, ask)
          run = -1
        },
        found: () => spans.length,
        spans: () => resolved(spans),
      }
    },
  }
}

type ByRun = ReadonlyArray<ReadonlyArray<ReadonlyArray<number>>>

/** By letters before, then by length: the recognisers to ask. */
const runsOf = (recognisers: ReadonlyArray<Recogniser>): ByRun =>
  Array.from({ length: MOST_LETTERS + 1 }, (_, letters) =>
    Array.from({ length: MOST_DIGITS + 1 }, (_, length) =>
      recognisers.flatMap(({ digits }, which) =>
        digits !== undefined &&
        digits.runs.includes(length) &&
        (digits.after ?? [0]).includes(letters)
          ? [which]
          : [],
      ),
    ),
  )

const askAboutRun = (
  text: string,
  start: number,
  end: number,
  byRun: ByRun,
  ask: (which: number, start: number, end: number) => void,
): void => {
  if (end - start > MOST_DIGITS) return
  let letters = 0
  while (letters < MOST_LETTERS && isLetterAt(text, start - letters - 1)) letters++
  for (const which of byRun[letters]![end - start]!) ask(which, start, end)
  // `\n` before a number in a JSON string: its letter is no part of it.
  if (letters === 1 && text[start - 2] === '\\')
    for (const which of byRun[0]![end - start]!) ask(which, start, end)
}
