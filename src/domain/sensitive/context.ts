// Words near a value that say what it is. Only as far as a paragraph goes: what stands beyond a blank
// line says nothing of it, and a text means the same wherever it is pasted.

const MOST_BEFORE = 56
const MOST_AFTER = 24

/** The text before a value, of lower case, up to a blank line. */
export const before = (text: string, start: number, most: number = MOST_BEFORE): string => {
  const near = text.slice(Math.max(0, start - most), start)
  const blank = near.lastIndexOf('\n\n')
  return (blank === -1 ? near : near.slice(blank + 2)).toLowerCase()
}

/** The text after a value, of lower case, up to a blank line. */
export const after = (text: string, end: number, most: number = MOST_AFTER): string => {
  const near = text.slice(end, end + most)
  const blank = near.indexOf('\n\n')
  return (blank === -1 ? near : near.slice(0, blank)).toLowerCase()
}

export const isNear = (text: string, start: number, end: number, words: RegExp): boolean =>
  words.test(before(text, start)) || words.test(after(text, end))

export const isBefore = (text: string, start: number, words: RegExp): boolean =>
  words.test(before(text, start))
