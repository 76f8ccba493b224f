// Texts of tests with the values in them between « and ».

export interface Marked {
  readonly text: string
  readonly values: ReadonlyArray<readonly [start: number, end: number]>
}

export const marked = (source: string): Marked => {
  const values: Array<readonly [number, number]> = []
  let text = ''
  for (const [i, part] of source.split(/[«»]/).entries()) {
    if (i % 2 === 1) values.push([text.length, text.length + part.length])
    text += part
  }
  return { text, values }
}
