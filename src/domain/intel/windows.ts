// A text longer than a model reads at once, as windows that overlap, so that a value at the edge of one
// stands whole in the next; and which window speaks for each token, the same however they are run.

export interface Window {
  /** Half open, in tokens of the text; the special tokens are not among them. */
  readonly start: number
  readonly end: number
}

/** Windows of at most `most` tokens, each beginning `most - overlap` after the one before. */
export const windowsOf = (
  tokens: number,
  { most, overlap }: { readonly most: number; readonly overlap: number },
): ReadonlyArray<Window> => {
  if (tokens === 0 || most < 1) return []
  const step = Math.max(1, most - Math.max(0, overlap))
  const windows: Array<Window> = []
  for (let start = 0; ; start += step) {
    const end = Math.min(tokens, start + most)
    windows.push({ start, end })
    if (end === tokens) return windows
  }
}

/**
 * For each window the tokens it speaks for: where two overlap, each has the half that is farther from
 * its own edge. Together they are all tokens, each once.
 */
export const sharesOf = (windows: ReadonlyArray<Window>): ReadonlyArray<Window> =>
  windows.map(({ start, end }, at) => {
    const before = windows[at - 1]
    const next = windows[at + 1]
    return {
      start: before === undefined ? start : (start + before.end) >> 1,
      end: next === undefined ? end : (next.start + end) >> 1,
    }
  })
