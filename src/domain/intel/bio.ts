// From a label for each token to values in the text. A word has one label, made of those of all its
// pieces, so that no value ends in the middle of one; words that go on with a value join it, and an
// inside without a beginning begins one, as models label so at a window's edge.
import type { EntityType, Span } from '../sensitive/span.ts'
import type { TokenLabel } from './labels.ts'
import { likeliest, shareOf } from './softmax.ts'
import type { Tokens } from './wordpiece.ts'

/** Where the scores of a token's labels are. */
export interface Logits {
  readonly values: ArrayLike<number>
  readonly at: number
}

export interface Decoding {
  readonly labels: ReadonlyArray<TokenLabel>
  /** Values below it are not told. */
  readonly threshold: number
  readonly detector: string
  /** Tokens before which the text was cut: no value goes across. */
  readonly cuts?: ReadonlySet<number>
}

interface Word {
  readonly start: number
  readonly end: number
  readonly type: EntityType | undefined
  /** Mean over the pieces of what is given to the type. */
  readonly score: number
  readonly begins: boolean
  readonly ends: boolean
}

/** In order, none overlapping. `logits` of a token that no window read are undefined: outside. */
export const spansOf = (
  text: string,
  tokens: Tokens,
  logits: (token: number) => Logits | undefined,
  decoding: Decoding,
): ReadonlyArray<Span> => {
  const { threshold, detector, cuts } = decoding
  const kinds = kindsOf(decoding.labels)
  const spans: Array<Span> = []
  let open: Array<Word> = []
  const close = (): void => {
    const [first] = open
    if (first?.type === undefined) return
    const score = open.reduce((sum, word) => sum + word.score, 0) / open.length
    const span = { start: first.start, end: open.at(-1)!.end, type: first.type, score, detector }
    if (score >= threshold && /[\p{L}\p{N}]/u.test(text.slice(span.start, span.end)))
      spans.push(span)
    open = []
  }
  let at = 0
  while (at < tokens.ids.length) {
    let next = at + 1
    while (next < tokens.ids.length && tokens.continues[next] === true) next++
    const word = wordOf(tokens, at, next, logits, kinds, decoding.labels)
    const last = open.at(-1)
    const goesOn =
      last !== undefined &&
      word.type !== undefined &&
      word.type === last.type &&
      cuts?.has(at) !== true &&
      // `B-` on each piece of one address: what touches belongs together.
      (last.end === word.start || (!word.begins && !last.ends))
    if (!goesOn) close()
    if (word.type !== undefined) open.push(word)
    at = next
  }
  close()
  return spans
}

interface Kind {
  readonly type: EntityType
  readonly labels: ReadonlyArray<number>
}

const kindsOf = (labels: ReadonlyArray<TokenLabel>): ReadonlyArray<Kind> =>
  [...new Set(labels.flatMap(({ type }) => (type === undefined ? [] : [type])))].map((type) => ({
    type,
    labels: labels.flatMap((label, id) => (label.type === type ? [id] : [])),
  }))

const wordOf = (
  tokens: Tokens,
  from: number,
  to: number,
  logits: (token: number) => Logits | undefined,
  kinds: ReadonlyArray<Kind>,
  labels: ReadonlyArray<TokenLabel>,
): Word => {
  const start = tokens.starts[from]!
  const end = tokens.ends[to - 1]!
  const outside = { start, end, type: undefined, score: 0, begins: false, ends: false }
  const pieces: Array<Logits> = []
  let named = false
  for (let token = from; token < to; token++) {
    const scores = logits(token)
    if (scores === undefined) continue
    pieces.push(scores)
    // Nearly all words are outside by far: only the others are worth the exponentials.
    named ||= labels[likeliest(scores.values, scores.at, labels.length)]!.type !== undefined
  }
  if (!named) return outside
  const shares = pieces.map(({ values, at }) =>
    labels.map((_, label) => shareOf(values, at, labels.length, label)),
  )
  const share = (ids: ReadonlyArray<number>, piece: ReadonlyArray<number>): number =>
    ids.reduce((sum, id) => sum + piece[id]!, 0)
  const scoreOf = (ids: ReadonlyArray<number>): number =>
    shares.reduce((sum, piece) => sum + share(ids, piece), 0) / shares.length
  let best: { readonly kind: Kind; readonly score: number } | undefined
  for (const kind of kinds) {
    const score = scoreOf(kind.labels)
    if (best === undefined || score > best.score) best = { kind, score }
  }
  const others = labels.flatMap(({ type }, id) => (type === undefined ? [id] : []))
  if (best === undefined || best.score <= scoreOf(others)) return outside
  const { kind, score } = best
  const isAt = (piece: ReadonlyArray<number>, places: string): boolean => {
    const [these, rest] = [true, false].map((wanted) =>
      share(
        kind.labels.filter((id) => places.includes(labels[id]!.place) === wanted),
        piece,
      ),
    )
    return these! > rest!
  }
  return {
    start,
    end,
    type: kind.type,
    score,
    begins: isAt(shares[0]!, 'BS'),
    ends: isAt(shares.at(-1)!, 'ES'),
  }
}
