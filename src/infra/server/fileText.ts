// What stands in a file for what, and how each is spelled there: a file is taken as the units of its bytes,
// so that any file keeps every byte that is not part of a value or of what stands for it.
import { utf8 } from '../../domain/bytes.ts'
import type { ToolCall } from '../../domain/hook/hookEvent.ts'
import { PLACEHOLDER, placeholderOf } from '../../domain/secret/placeholder.ts'
import type { StandIn } from '../../domain/vault/standIns.ts'
import type { Value } from '../vault/Vault.ts'

/** What stands in a file for what; with the secret's name, where it is one. */
export interface Pair extends StandIn {
  readonly secret?: string
  readonly of?: Value
}

/** All that a call writes, in one text. */
export const writtenText = ({ input }: ToolCall): string => {
  const edits = Array.isArray(input['edits']) ? input['edits'] : []
  const parts: ReadonlyArray<unknown> = [
    input['content'],
    input['new_string'],
    input['new_source'],
    ...edits.map((edit: unknown) =>
      typeof edit === 'object' && edit !== null && 'new_string' in edit ? edit.new_string : '',
    ),
  ]
  return parts.filter((part) => typeof part === 'string').join('\n')
}

/** The units of a file's bytes: any file keeps every byte that is not part of one of these. */
export const asBytes = (text: string): string => Buffer.from(utf8(text)).toString('latin1')

/** A value as the file has it: in a notebook the client writes what the agent says as JSON text. */
export const spelled = (value: string, absolute: string): string =>
  asBytes(absolute.endsWith('.ipynb') ? JSON.stringify(value).slice(1, -1) : value)

export const bytesOf = (pairs: ReadonlyArray<Pair>, absolute: string): ReadonlyArray<StandIn> =>
  pairs.map(({ standIn, value }) => ({ standIn, value: spelled(value, absolute) }))

/** `{{secret.X}}` and `{{ secret.X }}` name the same. */
export const spelledAlike = (text: string, pairs: ReadonlyArray<Pair>): string =>
  pairs.every(({ secret }) => secret === undefined)
    ? text
    : text.replace(PLACEHOLDER, (whole, name: string) =>
        pairs.some(({ secret }) => secret === name) ? placeholderOf(name) : whole,
      )
