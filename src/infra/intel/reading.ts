// A text through a loaded model: tokens, windows, scores, and what they say. Each window is asked for time
// first: what there is no time for is said to be cut, and the caller knows how far the model read.
import { spansOf } from '../../domain/intel/bio.ts'
import type { TokenLabel } from '../../domain/intel/labels.ts'
import { proseParts } from '../../domain/intel/prose.ts'
import { shareOf } from '../../domain/intel/softmax.ts'
import { sharesOf, windowsOf } from '../../domain/intel/windows.ts'
import type { Frame, Tokens, WordPiece } from '../../domain/intel/wordpiece.ts'
import type { Span } from '../../domain/sensitive/span.ts'
import type { HubTokenizer } from './hubTokenizer.ts'
import type { Classify, Scores } from './onnx.ts'

export interface PiiFound {
  /** In order, none overlapping; offsets of the text as given. */
  readonly spans: ReadonlyArray<Span>
  /** UTF-16 units at the text's end that the model did not read. */
  readonly cut: number
}

export interface InjectionFound {
  readonly label: 'injection' | 'benign'
  /** Of the window that is likeliest to be one, 0 to 1. */
  readonly score: number
  readonly detector: string
  readonly cut: number
}

/** Whether another piece of work fits into the time. */
export type HasTime = () => boolean

/** Tokens that one text is read to: beyond, a text is a dump, and memory has its limits. */
const MOST_TOKENS = 131_072

export interface TokenModel {
  readonly tokenizer: WordPiece
  readonly classify: Classify
  readonly labels: ReadonlyArray<TokenLabel>
  readonly maxLength: number
  readonly threshold: number
  readonly detector: string
}

export const readPii = async (
  text: string,
  model: TokenModel,
  hasTime: HasTime,
): Promise<PiiFound> => {
  const { tokenizer, labels, threshold, detector } = model
  const { tokens, cuts, reached } = proseTokens(text, tokenizer, hasTime)
  const most = model.maxLength - around(tokenizer.frame)
  const windows = windowsOf(tokens.ids.length, { most, overlap: most >> 3 })
  const read: Array<Scores> = []
  for (const { start, end } of windows) {
    if (!hasTime()) break
    const scores = await model.classify(framed(tokenizer.frame, tokens.ids.slice(start, end)))
    if (scores.rows !== end - start + around(tokenizer.frame))
      throw new Error('the model gives another number of scores than it was given tokens')
    read.push(scores)
  }
  const shares = sharesOf(windows.slice(0, read.length))
  let window = 0
  const spans = spansOf(
    text,
    tokens,
    (token) => {
      // Asked in order, mostly: the window of the token before is where to look.
      while (window > 0 && shares[window]!.start > token) window--
      while (window < shares.length && shares[window]!.end <= token) window++
      if (window >= shares.length) {
        window = Math.max(0, shares.length - 1)
        return undefined
      }
      const row = token - windows[window]!.start + tokenizer.frame.prefix.length
      return { values: read[window]!.values, at: row * labels.length }
    },
    { labels, threshold, detector, cuts },
  )
  const unread = read.length === windows.length ? undefined : (shares.at(-1)?.end ?? 0)
  const end = unread === undefined ? reached : (tokens.starts[unread] ?? reached)
  return { spans, cut: text.length - end }
}

/** How many tokens stand around those of the text. */
const around = ({ prefix, suffix }: Frame): number => prefix.length + suffix.length

const framed = ({ prefix, suffix }: Frame, ids: ReadonlyArray<number>): ReadonlyArray<number> => [
  ...prefix,
  ...ids,
  ...suffix,
]

/** The tokens of all prose of a text, one part after the other, and where a part begins. */
const proseTokens = (
  text: string,
  tokenizer: WordPiece,
  hasTime: HasTime,
): { readonly tokens: Tokens; readonly cuts: ReadonlySet<number>; readonly reached: number } => {
  const ids: Array<number> = []
  const starts: Array<number> = []
  const ends: Array<number> = []
  const continues: Array<boolean> = []
  const cuts = new Set<number>()
  const tokens = { ids, starts, ends, continues }
  for (const part of proseParts(text)) {
    cuts.add(ids.length)
    for (let from = part.start; from < part.end;) {
      if (ids.length >= MOST_TOKENS || !hasTime()) return { tokens, cuts, reached: from }
      const to = pieceEnd(text, from, part.end)
      const found = tokenizer.encode(text.slice(from, to))
      for (const at of found.ids.keys()) {
        ids.push(found.ids[at]!)
        starts.push(found.starts[at]! + from)
        ends.push(found.ends[at]! + from)
        continues.push(found.continues[at]!)
      }
      from = to
    }
  }
  return { tokens, cuts, reached: text.length }
}

/** Tokenised at once, so that there is time asked for in between. */
const MOST_PIECE = 16_384

/** Between words where there are some. */
const pieceEnd = (text: string, from: number, end: number): number => {
  const to = from + MOST_PIECE
  if (to >= end) return end
  const space = text.lastIndexOf(' ', to)
  if (space > from) return space
  return /[\udc00-\udfff]/.test(text.charAt(to)) ? to - 1 : to
}

export interface SequenceModel {
  readonly tokenizer: HubTokenizer
  readonly classify: Classify
  readonly labels: number
  /** The number of the label that says injection. */
  readonly positive: number
  readonly maxLength: number
  readonly threshold: number
  readonly detector: string
}

export const readInjection = async (
  text: string,
  model: SequenceModel,
  hasTime: HasTime,
): Promise<InjectionFound> => {
  const { tokenizer, threshold, detector } = model
  const { ids, reached: tokenised } = tokenizer.encode(
    text,
    (ids) => ids < MOST_TOKENS && hasTime(),
  )
  const most = model.maxLength - around(tokenizer.frame)
  let score = 0
  let reached = 0
  for (const { start, end } of windowsOf(ids.length, { most, overlap: most >> 2 })) {
    if (!hasTime()) break
    const { values, rows } = await model.classify(framed(tokenizer.frame, ids.slice(start, end)))
    if (rows !== 1) throw new Error('the model gives scores of tokens, not of the whole text')
    score = Math.max(score, shareOf(values, 0, model.labels, model.positive))
    reached = end
  }
  // Tokens have no places here: by their share of the text.
  const end = ids.length === 0 ? tokenised : Math.floor((tokenised * reached) / ids.length)
  const label = score >= threshold ? 'injection' : 'benign'
  return { label, score, detector, cut: text.length - end }
}
