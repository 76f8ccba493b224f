// Entries about the files that instruct the agent, as details of a line.
import { codeInWords } from '../../domain/skills/words.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'

type Fields = Readonly<Record<string, unknown>>

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)
const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])
const several = (many: number): string => `${count(many)} ${many === 1 ? 'file' : 'files'}`

const codeOf = (one: unknown): string =>
  typeof one === 'object' && one !== null && 'code' in one && typeof one.code === 'string'
    ? printed(one.code, 40)
    : ''

/** Undefined for entries of other kinds. Fields are read with care: an entry may be of any version. */
export const skillFacts = (
  kind: string,
  event: Fields,
): { readonly detail: string; readonly alarming: boolean } | undefined => {
  switch (kind) {
    case 'SkillTrusted':
      return {
        detail: `${several(listOf(event['items']).length)}${event['first'] === true ? ', taken as they are on first sight' : ''}`,
        alarming: false,
      }
    case 'SkillDropped':
      return { detail: several(listOf(event['items']).length), alarming: false }
    case 'SkillChecked': {
      const codes = [...new Set(listOf(event['untrusted']).map(codeOf))].filter(Boolean)
      const counts = ['matched', 'modified', 'unknown', 'missing']
        .map((name) => `${count(numberOf(event[name]))} ${name}`)
        .join(', ')
      return {
        detail: [counts, ...codes.map(codeInWords)].join('; '),
        alarming: codes.length > 0,
      }
    }
    default:
      return undefined
  }
}
