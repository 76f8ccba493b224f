// Latin words with letters of other scripts that look the same ("ignоre" with a Cyrillic о), as they
// are read. One unit for one, so that offsets stay; words of one script stay what they are.

const LOOK = new Map<string, string>()
const same = (from: string, to: string): void => {
  for (const [i, char] of [...from].entries()) LOOK.set(char, to[i]!)
}
same('аеорсухіјѕԁһѵԛԝ', 'aeopcyxijsdhvqw')
same('АВЕКМНОРСТУХІЈЅ', 'ABEKMHOPCTYXIJS')
same('ουανικτρεχγ', 'ouaviktpexy')
same('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX')

const MIXED = /[a-zA-Z][Ѐ-ԯͰ-Ͽ]|[Ѐ-ԯͰ-Ͽ][a-zA-Z]/
const WORD = /[a-zA-ZЀ-ԯͰ-Ͽ]{2,64}/g

export const withoutHomoglyphs = (text: string): string =>
  MIXED.test(text)
    ? text.replaceAll(WORD, (word) =>
        MIXED.test(word) ? Array.from(word, (char) => LOOK.get(char) ?? char).join('') : word,
      )
    : text
