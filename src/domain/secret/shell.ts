// A script that names secrets, written so that each name's place yields exactly the value's bytes. The
// values come in variables that the script refers to: none of them is ever part of its text, and no
// byte of a value can end a quote or begin an expansion.
import * as Result from 'effect/Result'
import { placeholderOf } from './placeholder.ts'
import { type Refusal, refusal } from './refusals.ts'
import type { SecretPlace } from './secretMarks.ts'
import { shellPlaces } from './shellPlaces.ts'

export interface RewrittenScript {
  readonly script: string
  /** Secrets by the variable that has to hold their value. */
  readonly variables: ReadonlyMap<string, string>
}

/**
 * `variableOf` gives each secret a name that nothing else has: letters, digits and `_`, told apart by
 * randomness that comes from the caller, so that a script cannot name it beforehand.
 */
export const rewrittenScript = (
  script: string,
  variableOf: (secret: string) => string,
): Result.Result<RewrittenScript, Refusal> => {
  const variables = new Map<string, string>()
  const names = new Map<string, string>()
  const standIn = (secret: string): string => {
    const known = names.get(secret)
    if (known !== undefined) return known
    const variable = variableOf(secret)
    names.set(secret, variable)
    variables.set(variable, secret)
    return variable
  }
  const found = shellPlaces(script, standIn)
  if ('why' in found) return Result.fail(refusal(found.why, found.secret))
  const { text, places } = found
  const edits = [
    ...places.map((place) => ({ ...place, to: inPlace(place, names.get(place.secret)!) })),
    ...literalEdits(text, places),
  ].sort((a, b) => a.start - b.start || a.end - b.end)
  let out = ''
  let from = 0
  for (const { start, end, to } of edits) {
    if (start < from) return Result.fail(refusal('unreadable', places[0]!.secret))
    out += text.slice(from, start) + to
    from = end
  }
  return Result.succeed({ script: out + text.slice(from), variables })
}

const inPlace = ({ quotes, secret }: SecretPlace, variable: string): string => {
  switch (quotes) {
    case 'bare':
      return `"\${${variable}}"`
    case 'single':
      return `'"\${${variable}}"'`
    case 'ansi':
      return `'"\${${variable}}"$'`
    case 'double':
    case 'heredoc':
    case 'literal':
      return `\${${variable}}`
    case 'comment':
      return placeholderOf(secret)
  }
}

/**
 * A here-document whose text is taken as it is knows no expansions: its end is unquoted, and what
 * would now mean something is escaped.
 */
const literalEdits = (text: string, places: ReadonlyArray<SecretPlace>) => {
  const heredocs = new Set(
    places.flatMap(({ heredoc }) => (heredoc === undefined ? [] : [heredoc])),
  )
  return [...heredocs].flatMap(({ body, delimiter }) => {
    const edits = [{ start: delimiter!.pos, end: delimiter!.end, to: delimiter!.value }]
    for (let at = body.pos; at < body.end; at++)
      if (text[at] === '\\' || text[at] === '$' || text[at] === '`')
        edits.push({ start: at, end: at + 1, to: `\\${text[at]}` })
    return edits
  })
}
