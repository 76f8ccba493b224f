// What the scanner and its worker send each other. Texts go as a few long strings with the lengths of
// their parts, results as numbers with the words they stand for: a million objects would hold up the
// thread that sends or gets them for a second.
import type { EntityType, InjectionHit, Span } from '../../domain/sensitive/span.ts'
import { BENIGN, CLEAN, type Looked } from './steps.ts'

export interface Begin {
  readonly kind: 'begin'
  readonly job: number
  readonly injection: boolean
  readonly own: string
  /** By the process's own monotonic clock (`hrtime`), which its threads share. Milliseconds. */
  readonly deadline: number
}

export interface Part {
  readonly kind: 'part'
  readonly joined: string
  readonly lengths: Uint32Array<ArrayBuffer>
  /** The first of them goes on where the last text of the part before stopped. */
  readonly continues: boolean
  readonly isLast: boolean
}

/** What was found in texts from the `first` on, of which there are `count`. */
export interface Findings {
  readonly job: number
  readonly first: number
  readonly count: number
  readonly isLast: boolean
  readonly words: ReadonlyArray<string>
  /** Rows of text, start, end, score, type, detector. */
  readonly spans: Float64Array<ArrayBuffer>
  /** Rows of text, score, whether it is injection, detector. */
  readonly injections: Float64Array<ArrayBuffer>
  /** Rows of text, start, end, weight, rule. */
  readonly hits: Float64Array<ArrayBuffer>
  /** Rows of text, units. */
  readonly cuts: Float64Array<ArrayBuffer>
}

/** Monotonic milliseconds, the same in every thread of the process. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6

const PART = 1_000_000
const MOST_IN_PART = 8_192

/** Texts as parts to send one by one: none takes a thread longer than a millisecond or two. */
export function* partsOf(texts: ReadonlyArray<string>): Generator<Part> {
  let pieces: Array<string> = []
  let units = 0
  let continues = false
  const part = (isLast: boolean): Part => ({
    kind: 'part',
    joined: pieces.join(''),
    lengths: Uint32Array.from(pieces, ({ length }) => length),
    continues,
    isLast,
  })
  for (const text of texts) {
    let from = 0
    do {
      if (units >= PART || pieces.length >= MOST_IN_PART) {
        yield part(false)
        pieces = []
        units = 0
        continues = from > 0
      }
      const piece = text.slice(from, from + PART - units)
      pieces.push(piece)
      units += piece.length
      from += piece.length
    } while (from < text.length)
  }
  yield part(true)
}

/** The texts that parts hold, once the last is there. */
export const joinParts = (parts: ReadonlyArray<Part>): ReadonlyArray<string> => {
  const texts: Array<string> = []
  for (const { joined, lengths, continues } of parts) {
    let from = 0
    for (const [i, length] of lengths.entries()) {
      const piece = joined.slice(from, from + length)
      from += length
      if (i === 0 && continues) texts.push(`${texts.pop()!}${piece}`)
      else texts.push(piece)
    }
  }
  return texts
}

export const findingsOf = (
  job: number,
  first: number,
  looked: ReadonlyArray<Looked>,
  isLast: boolean,
): Findings => {
  const words = new Map<string, number>()
  const word = (text: string): number => {
    const known = words.get(text)
    if (known !== undefined) return known
    words.set(text, words.size)
    return words.size - 1
  }
  const spans: Array<number> = []
  const injections: Array<number> = []
  const hits: Array<number> = []
  const cuts: Array<number> = []
  for (const [text, { spans: found, injection, cut }] of looked.entries()) {
    for (const { start, end, score, type, detector } of found)
      spans.push(text, start, end, score, word(type), word(detector))
    if (injection.score > 0)
      injections.push(
        text,
        injection.score,
        injection.label === 'injection' ? 1 : 0,
        word(injection.detector),
      )
    for (const { start, end, weight, rule } of injection.hits)
      hits.push(text, start, end, weight, word(rule))
    if (cut > 0) cuts.push(text, cut)
  }
  return {
    job,
    first,
    count: looked.length,
    isLast,
    words: [...words.keys()],
    spans: Float64Array.from(spans),
    injections: Float64Array.from(injections),
    hits: Float64Array.from(hits),
    cuts: Float64Array.from(cuts),
  }
}

interface Gathered {
  readonly spans: Array<Span>
  readonly hits: Array<InjectionHit>
  injection: Looked['injection']
  cut: number
}

export const lookedIn = (findings: Findings): ReadonlyArray<Looked> => {
  const { count, words, spans, injections, hits, cuts } = findings
  const of = new Map<number, Gathered>()
  const at = (text: number): Gathered => {
    let one = of.get(text)
    if (one === undefined) of.set(text, (one = { spans: [], hits: [], injection: BENIGN, cut: 0 }))
    return one
  }
  for (let i = 0; i < spans.length; i += 6)
    at(spans[i]!).spans.push({
      start: spans[i + 1]!,
      end: spans[i + 2]!,
      score: spans[i + 3]!,
      type: words[spans[i + 4]!]! as EntityType,
      detector: words[spans[i + 5]!]!,
    })
  for (let i = 0; i < hits.length; i += 5)
    at(hits[i]!).hits.push({
      start: hits[i + 1]!,
      end: hits[i + 2]!,
      weight: hits[i + 3]!,
      rule: words[hits[i + 4]!]!,
    })
  for (let i = 0; i < injections.length; i += 4) {
    const one = at(injections[i]!)
    one.injection = {
      label: injections[i + 2] === 1 ? 'injection' : 'benign',
      score: injections[i + 1]!,
      detector: words[injections[i + 3]!]!,
      hits: one.hits,
    }
  }
  for (let i = 0; i < cuts.length; i += 2) at(cuts[i]!).cut = cuts[i + 1]!
  return Array.from({ length: count }, (_, text): Looked => {
    const one = of.get(text)
    return one === undefined ? CLEAN : { spans: one.spans, injection: one.injection, cut: one.cut }
  })
}
