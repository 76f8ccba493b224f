// Scores of detection over labelled texts: what share of the labelled values is found, exactly or in
// part, and what is found where nothing is labelled. Shares of nothing are undefined, never 100%.
import { scanText } from '../../src/commands/oneShot/scan.ts'
import type { Detection } from '../../src/domain/sensitive/span.ts'
import type { LabelledText } from './corpora.ts'

export interface Scanned extends LabelledText {
  readonly found: Detection
}

export const scanned = (text: LabelledText): Scanned => ({
  ...text,
  found: scanText(text.text, { weak: false }),
})

export interface TypeScore {
  readonly type: string
  readonly labelled: number
  readonly exact: number
  readonly overlapping: number
  /** Spans of the type, and those among them that meet a label of the type. */
  readonly reported: number
  readonly right: number
}

const meet = (
  a: { readonly start: number; readonly end: number },
  b: { readonly start: number; readonly end: number },
): boolean => a.start < b.end && a.end > b.start

/** By type of label. Only types that rules look for; names and places need a model. */
export const typeScores = (
  texts: ReadonlyArray<Scanned>,
  types: ReadonlyArray<string>,
): ReadonlyArray<TypeScore> =>
  types.map((type) => {
    let labelled = 0
    let exact = 0
    let overlapping = 0
    let reported = 0
    let right = 0
    for (const { spans = [], found } of texts) {
      const mine = found.spans.filter((span) => span.type === type)
      const theirs = spans.filter((span) => span.type === type)
      labelled += theirs.length
      reported += mine.length
      right += mine.filter((span) => theirs.some((label) => meet(span, label))).length
      overlapping += theirs.filter((label) => mine.some((span) => meet(span, label))).length
      exact += theirs.filter((label) =>
        mine.some(({ start, end }) => start === label.start && end === label.end),
      ).length
    }
    return { type, labelled, exact, overlapping, reported, right }
  })

/** Labelled telephone numbers of 10 to 13 digits, an extension not counted: all, and found. */
export const wholePhones = (
  texts: ReadonlyArray<Scanned>,
): readonly [all: number, found: number] => {
  let all = 0
  let hit = 0
  for (const { text, spans = [], found } of texts)
    for (const label of spans.filter(({ type }) => type === 'PHONE_NUMBER')) {
      const digits = text
        .slice(label.start, label.end)
        .replace(/(?:x|ext).*$/i, '')
        .replaceAll(/\D/g, '')
      if (digits.length < 10 || digits.length > 13) continue
      all++
      if (found.spans.some((span) => span.type === label.type && meet(span, label))) hit++
    }
  return [all, hit]
}

/** Positives found: a credential that meets the label, or any where the label has no place. */
export const secretFound = ({ spans, found }: Scanned): boolean =>
  found.spans.some(
    (span) =>
      span.type === 'SECRET' && (spans === undefined || spans.some((one) => meet(span, one))),
  )

export const share = (part: number, all: number): number | undefined =>
  all === 0 ? undefined : part / all

export const percent = (value: number | undefined): string =>
  value === undefined ? '–' : `${(value * 100).toFixed(1)}%`
