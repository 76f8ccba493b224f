// Entries about what is sensitive, as details of a line: what was found, where it went, and what was done.
// Types, names and counts alone: no entry holds a value.
import * as Schema from 'effect/Schema'
import { PathRef } from '../../domain/action/place.ts'
import type { EXPOSED_BY } from '../../domain/event/event.ts'
import { pathInWords } from '../../domain/policy/reason.ts'
import { InjectionSource } from '../../domain/sensitive/injection/source.ts'
import { sourceInWords } from '../../domain/sensitive/injection/told.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'

type Fields = Readonly<Record<string, unknown>>

export interface SensitiveFacts {
  readonly detail: string
  readonly alarming: boolean
}

type Told = (event: Fields) => SensitiveFacts

/** Undefined for entries of other kinds. Fields are read with care: an entry may be of any version. */
export const sensitiveFacts = (kind: string, event: Fields): SensitiveFacts | undefined =>
  Object.hasOwn(TOLD, kind) ? TOLD[kind]!(event) : undefined

const told = (detail: string, alarming = false): SensitiveFacts => ({ detail, alarming })

const textOf = (value: unknown): string => (typeof value === 'string' ? printed(value, 80) : '')
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)
const listOf = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.map(textOf).filter(Boolean) : []

const several = (many: number, one: string, more = `${one}s`): string =>
  `${count(many)} ${many === 1 ? one : more}`

const joined = (parts: ReadonlyArray<string>): string => parts.filter(Boolean).join(', ')

/** `EMAIL_ADDRESS 3, SECRET`: the most frequent first. */
const typesText = (value: unknown): string => {
  const types = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return types
    .map(([type, spans]) => [printed(type, 40), numberOf(spans)] as const)
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, 6)
    .map(([type, spans]) => (spans === 1 ? type : `${type} ${count(spans)}`))
    .join(', ')
}

const EXPOSED_WORDS: Readonly<Record<(typeof EXPOSED_BY)[number], string>> = {
  profile: 'profile mode only reports',
  report: 'its policy is to report',
  prompt: 'the client lets no hook change a prompt',
  mention: 'the client lets no hook change a file that is mentioned',
  failure: 'the client lets no hook change a failure',
  restored: 'a token was made its value again for the call',
  mcp: 'the policy lets it go to the server',
}

/** As the person or the policy wanted it; anything else got past. */
const WANTED: ReadonlySet<unknown> = new Set(['profile', 'report', 'restored', 'mcp'])

const INJECTED_WORDS: Readonly<Record<string, string>> = {
  run: 'into a command',
  file: 'into a file that was written',
  mcp: 'into a tool’s input',
  config: 'into a setting',
}

const REWRITTEN_WORDS: Readonly<Record<string, string>> = {
  run: 'another input runs: a command that gets its secrets, filtered',
  restored: 'another input runs: with values in place of tokens',
  mcp: 'another input runs: with secrets in place of their names',
}

const isPath = Schema.is(PathRef)
const isSource = Schema.is(InjectionSource)

const wordIn = (words: Readonly<Record<string, string>>, value: unknown): string =>
  typeof value === 'string' && Object.hasOwn(words, value) ? words[value]! : textOf(value)

const fileText = (event: Fields): string => {
  const path = isPath(event['path']) ? printed(pathInWords(event['path']), 100) : ''
  const [tokens, secrets] = [listOf(event['tokens']).length, listOf(event['secrets']).length]
  const held = joined([
    tokens === 0 ? '' : several(tokens, 'value'),
    secrets === 0 ? '' : several(secrets, 'secret'),
  ])
  const state = event['state']
  if (state === 'restored') return `${path} holds ${held || 'values'} in the clear`
  return state === 'covered' ? `${path} holds tokens again` : `${path} is gone`
}

const sinksText = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return ''
  const text = joined(
    Object.entries(value).flatMap(([sort, names]) =>
      listOf(names).length === 0 ? [] : [`${printed(sort, 20)} ${listOf(names).join(' ')}`],
    ),
  )
  return text === '' ? 'for nothing yet' : `for ${text}`
}

const TOLD: Readonly<Record<string, Told>> = {
  PiiDetected: ({ seenIn, types, cached, cut, unkept }) => {
    const [cutUnits, lost] = [numberOf(cut), numberOf(unkept)]
    return told(
      joined([
        typesText(types) || 'nothing',
        `in ${textOf(seenIn)}`,
        numberOf(cached) === 0 ? '' : `${count(numberOf(cached))} known`,
        cutUnits === 0 ? '' : `${several(cutUnits, 'character')} not looked at`,
        lost === 0 ? '' : `${several(lost, 'value')} not kept`,
      ]),
      cutUnits > 0 || lost > 0,
    )
  },
  PiiExposed: ({ seenIn, types, why }) =>
    told(
      `${typesText(types)} in ${textOf(seenIn)}: ${wordIn(EXPOSED_WORDS, why)}`,
      !WANTED.has(why),
    ),
  VaultStored: ({ rows }) => told(several(Array.isArray(rows) ? rows.length : 0, 'value')),
  VaultUsed: ({ tokens }) => told(`${several(listOf(tokens).length, 'value')} met again`),
  VaultRevealed: ({ token }) => told(`${textOf(token)} was shown`),
  VaultExported: ({ rows }) => told(`${several(numberOf(rows), 'value')} written to a file`, true),
  VaultCollected: ({ collected, kept }) =>
    told(`${several(numberOf(collected), 'value')} given up, ${count(numberOf(kept))} kept`),
  SecretStored: ({ name, sinks }) => told(joined([textOf(name), sinksText(sinks)])),
  SecretDeleted: ({ name }) => told(textOf(name)),
  SecretInjected: ({ name, by }) => told(`${textOf(name)} ${wordIn(INJECTED_WORDS, by)}`),
  FileRestored: (event) => told(fileText(event)),
  InputRewritten: ({ by }) => told(wordIn(REWRITTEN_WORDS, by)),
  InjectionDetected: ({ seenIn, detector, score, source, withheld }) =>
    told(
      joined([
        `${numberOf(score).toFixed(2)} by ${textOf(detector)}`,
        `from ${isSource(source) ? sourceInWords(source) : sourceInWords(undefined)}`,
        `in ${textOf(seenIn)}`,
        withheld === true ? 'kept from the model' : '',
      ]),
      true,
    ),
  TaintCleared: ({ of }) =>
    told(of === null ? 'in every session' : `in session ${textOf(of).slice(0, 64)}`),
}
