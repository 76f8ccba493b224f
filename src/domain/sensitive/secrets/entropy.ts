// How much a text looks drawn at random. Only ever one of several reasons.

/** Shannon's entropy of its characters; bits a character. */
export const entropyOf = (text: string): number => {
  const counts = new Map<number, number>()
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    counts.set(unit, (counts.get(unit) ?? 0) + 1)
  }
  let bits = 0
  for (const count of counts.values())
    bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/**
 * Whether letters come in the order of words: most neighbours are vowel and consonant, few changes
 * between capitals, small letters and digits. Tells names in code, with their numbers, from keys.
 */
export const looksLikeWords = (text: string): boolean => {
  const parts = text
    .split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .filter((part) => part.length > 0)
  const letters = parts.reduce((sum, part) => sum + part.length, 0)
  if (letters === 0) return false
  const inWords = parts
    .filter((part) => part.length >= 3 && /^[A-Z]?[a-z]+$|^[A-Z]+$/.test(part) && isSayable(part))
    .reduce((sum, part) => sum + part.length, 0)
  return inWords / letters >= 0.7
}

const isSayable = (word: string): boolean => {
  const vowels = word.replaceAll(/[^aeiouy]/gi, '').length / word.length
  return vowels >= 0.2 && vowels <= 0.75 && !/[^aeiouy]{6}/i.test(word)
}
