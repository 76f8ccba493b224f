// The word a person probably meant.

/** The candidate fewest edits away, where that is few enough to be a slip; undefined otherwise. */
export const nearest = (word: string, candidates: ReadonlyArray<string>): string | undefined => {
  // Far longer than any candidate: no slip, and the distance would be costly.
  if (word.length > 200) return undefined
  const ending = candidates.filter((candidate) => candidate.endsWith(`.${word}`))
  if (ending.length === 1) return ending[0]
  const [best] = candidates
    .map((candidate) => ({ candidate, edits: editDistance(word, candidate) }))
    .sort((a, b) => a.edits - b.edits)
  return best !== undefined && best.edits <= Math.max(2, best.candidate.length / 3)
    ? best.candidate
    : undefined
}

/** Levenshtein distance: insertions, deletions and replacements of single characters. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
