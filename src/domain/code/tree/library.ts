// The form of the tables of library functions: what each argument is. Rows are data; what data
// cannot say is a small function over the call.
import type { EffectKind } from '../../action/effect.ts'
import type { OpaqueCode } from '../../action/opaque.ts'
import type { LibraryCall } from './libraryCall.ts'
import type { Value } from './value.ts'

/**
 * What an argument is. `list read scan write change delete deleteAll fetch send chdir` as for
 * programs · `shell` a command line · `program` a program with its arguments, as a list or a line ·
 * `file` program text that is run · `eval` program text · `body` data that is sent · `sql` statements ·
 * `shown` printed or written where others read it · `keep` written into a file · `_` of no consequence.
 */
export type ArgumentRole =
  | 'list'
  | 'read'
  | 'scan'
  | 'write'
  | 'change'
  | 'delete'
  | 'deleteAll'
  | 'fetch'
  | 'send'
  | 'chdir'
  | 'shell'
  | 'program'
  | 'file'
  | 'eval'
  | 'body'
  | 'sql'
  | 'shown'
  | '_'

/**
 * `role role … *role`: of the arguments in order, the rest's last; `name|name:role` is a keyword
 * argument too; `self=role` of what the method was taken from; `!kind` and `!code` effects whatever
 * the arguments; `->` what it gives: `net secret content clean` unknown, else an instance of that type.
 */
export type RowText = string

export type RunRow = (call: LibraryCall) => Value | undefined

/** By full names, several in one key. `'json.*'` is whatever else the module has. */
export type LibraryRows = Readonly<Record<string, RowText | RunRow>>

export interface ArgumentRow {
  readonly names: ReadonlyArray<string>
  readonly role: ArgumentRole
  readonly rest: boolean
}

export interface LibraryRow {
  readonly args: ReadonlyArray<ArgumentRow>
  readonly self: ArgumentRole | undefined
  readonly does: ReadonlyArray<Exclude<EffectKind, 'opaque'>>
  readonly opaque: ReadonlyArray<OpaqueCode>
  readonly gives: string | undefined
  readonly run: RunRow | undefined
}

export type Library = ReadonlyMap<string, LibraryRow>

const rowOf = (source: RowText | RunRow): LibraryRow => {
  const args: Array<ArgumentRow> = []
  const does: Array<Exclude<EffectKind, 'opaque'>> = []
  const opaque: Array<OpaqueCode> = []
  let self: ArgumentRole | undefined
  let gives: string | undefined
  if (typeof source !== 'string') return { args, self, does, opaque, gives, run: source }
  const words = source.split(' ').filter((word) => word !== '')
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (word === '->') gives = words[++at]
    else if (word.startsWith('self=')) self = word.slice(5) as ArgumentRole
    else if (word.startsWith('!')) {
      const fact = word.slice(1)
      if (fact.includes('-')) opaque.push(fact as OpaqueCode)
      else does.push(fact as Exclude<EffectKind, 'opaque'>)
    } else {
      const rest = word.startsWith('*')
      const [first, second] = (rest ? word.slice(1) : word).split(':')
      const names = second === undefined ? [] : first!.split('|')
      args.push({ names, role: (second ?? first) as ArgumentRole, rest })
    }
  }
  return { args, self, does, opaque, gives, run: undefined }
}

export const libraryOf = (...tables: ReadonlyArray<LibraryRows>): Library => {
  const out = new Map<string, LibraryRow>()
  for (const table of tables)
    for (const [names, source] of Object.entries(table)) {
      const row = rowOf(source)
      for (const name of names.split(' ')) if (name !== '') out.set(name, row)
    }
  return out
}

/** The row of a full name, else that of a method of this name, else that of what is around it. */
export const rowNamed = (
  library: Library,
  name: string,
  isMethod: boolean,
): LibraryRow | undefined => {
  const own = library.get(name)
  if (own !== undefined) return own
  const method = library.get(`?.${name.slice(name.lastIndexOf('.') + 1)}`)
  if (isMethod && method !== undefined) return method
  for (let at = name.lastIndexOf('.'), most = 8; at > 0 && most > 0; most--) {
    const around = library.get(`${name.slice(0, at)}.*`)
    if (around !== undefined) return around
    at = name.lastIndexOf('.', at - 1)
  }
  return method
}
