// SQL text that a program is given, by an argument, a file or its input: its effects on the database that
// it works on, and on this machine. Text that nobody saw is never taken for a look.
import { readSql } from '../../code/sql/read.ts'
import type { SqlReach, SqlReading } from '../../code/sql/reading.ts'
import type { SqlDialect } from '../../code/sql/tokens.ts'
import type { ProgramCall } from '../programCall.ts'
import { literalWord, type ShellWord, textOf, UNKNOWN } from '../word.ts'

/** What the statements work on: a server, or a file of this machine. */
export type Database =
  | { readonly is: 'server'; readonly host?: string | undefined }
  | { readonly is: 'file'; readonly file: ShellWord | undefined; readonly readOnly: boolean }

const MOST_INCLUDES = 4

/** Tells the effects of statements. What expands inside them when they run is taken for a value. */
export const runsSql = (
  call: ProgramCall,
  word: ShellWord,
  dialect: SqlDialect,
  database: Database,
  depth = 0,
): void => {
  const reading = readSql(word.text.replaceAll(UNKNOWN, 'x'), dialect)
  if (word.text.includes(UNKNOWN)) call.opaque('dynamic-argument')
  onData(call, reading, database)
  for (const reach of reading.reaches) reaches(call, reach, dialect, database, depth)
  if (reading.unread) call.exec('inline-code')
}

const onData = (call: ProgramCall, { deed }: SqlReading, database: Database): void => {
  if (deed === 'nothing') return
  if (database.is === 'file') {
    const { file, readOnly } = database
    const writes = deed !== 'reads' && !readOnly
    if (file !== undefined) call.take(writes ? 'write' : 'read', file)
    if (deed === 'destroys' && !readOnly && file !== undefined) call.effect('destroy.data')
    return
  }
  const { host } = database
  const at = host === undefined ? { name: 'database' } : { host }
  if (deed === 'destroys') call.effect('destroy.data')
  else call.effect(deed === 'reads' ? 'net.fetch' : 'net.send', at)
}

const reaches = (
  call: ProgramCall,
  { does, at, what }: SqlReach,
  dialect: SqlDialect,
  database: Database,
  depth: number,
): void => {
  if (does === 'fetches') {
    if (what !== undefined) call.fetch(literalWord(what))
    return
  }
  if (at === 'server') {
    call.effect('net.send', { name: 'database' })
    call.opaque('remote-host')
    return
  }
  const word = what === undefined ? undefined : literalWord(what)
  if (word === undefined) call.exec('dynamic-command')
  else if (does === 'reads') call.take('read', word)
  else if (does === 'writes') call.take('write', word)
  else if (does === 'runs') call.shellText(word)
  else if (does === 'loads')
    call.exec(word.text.includes('/') ? call.codeAt(call.pathOf(word)) : 'inline-code')
  else runsSqlFile(call, word, dialect, database, depth + 1)
}

/** A file of statements: read where it was looked at, else said. */
export const runsSqlFile = (
  call: ProgramCall,
  file: ShellWord,
  dialect: SqlDialect,
  database: Database,
  depth = 0,
): void => {
  call.take('read', file)
  const path = call.pathOf(file)
  const source = path === undefined ? undefined : call.around.source(path)
  const written = path === undefined ? undefined : call.around.writtenBy(path)
  if (
    path === undefined ||
    source?.text === undefined ||
    written !== undefined ||
    depth > MOST_INCLUDES
  ) {
    call.exec(
      written ?? (source?.origin === 'downloaded' ? 'remote-code' : call.codeAt(path, source)),
    )
    return
  }
  const { text } = source
  const read = call.around.within(path, source, () =>
    runsSql(call, literalWord(text), dialect, database, depth),
  )
  if (!read) call.opaque('inline-code')
}

/** Standard input; true where there is any. */
export const runsInput = (call: ProgramCall, dialect: SqlDialect, database: Database): boolean => {
  const { stdin } = call.around.command
  const text = call.input()
  if (text !== undefined) runsSql(call, literalWord(text), dialect, database)
  else if (stdin.from === 'file') runsSqlFile(call, stdin.file, dialect, database)
  else if (stdin.from === 'pipe') {
    const [only, ...more] = call.upstream()
    const file = only?.words[1]
    const plain = more.length === 0 && textOf(only?.words[0]) === 'cat' && only?.words.length === 2
    if (plain && file?.is === 'literal') runsSqlFile(call, file, dialect, database)
    else call.exec(call.fedByNetwork(stdin) ? 'remote-code' : 'inline-code')
  } else return false
  return true
}

/** Without a statement a client is a session: it does what is typed into it. */
export const session = (call: ProgramCall, database: Database): void => {
  if (database.is === 'file' && database.readOnly) {
    if (database.file !== undefined) call.take('read', database.file)
    return
  }
  if (database.is === 'file' && database.file !== undefined) call.take('write', database.file)
  else if (database.is === 'server')
    call.effect('net.send', { name: 'database', certainty: 'possible' })
  call.exec('inline-code')
}
