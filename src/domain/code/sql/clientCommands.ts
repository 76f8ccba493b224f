// Commands of a database client that are no SQL: they run programs, read and write files of this
// machine. Those that only show something are the rest.
import type { SqlSink } from './reading.ts'
import { type SqlDialect, sqlTokens } from './tokens.ts'

/** Commands of the client: `\! ls`, `.shell ls`, `system ls`, `:r a.sql`. */
export const readClientCommand = (
  line: string,
  dialect: Exclude<SqlDialect, 'other'>,
  sink: SqlSink,
): void => {
  const [, mark = '', name = '', rest = ''] =
    /^(\\|\.|:|!!|!|)\s*(!|[\w?+*.]+)?\s*(.*)$/s.exec(line) ?? []
  const argument = rest.replace(/;\s*$/, '').trim()
  const plain = argument.replace(/^(['"])(.*)\1$/s, '$2')
  const key = name.toLowerCase().replace(/[+*]+$/, '')
  if (mark === '!!') {
    sink.reach('runs', 'client', line.slice(2).trim())
    return
  }
  if (/`[^`]*`/.test(argument)) sink.reach('runs', 'client', /`([^`]*)`/.exec(argument)?.[1])
  if (/^(?:!|shell|system|sh)$/.test(key) || (mark === '!' && key === 'run'))
    sink.reach('runs', 'client', argument === '' ? undefined : argument)
  else if (mark === '\\' && key === 'copy')
    sink.copies('copy', sqlTokens(`copy ${quotedCopy(argument)}`, dialect).tokens, 'client')
  else if (/^(?:o|out|output|once|w|write|s|tee|log|g|gx|t|p|pager|excel)$/.test(key))
    output(mark, name, plain, dialect, sink)
  else if (/^(?:i|ir|include|include_relative|r|read|source|\.)$/.test(key) && plain !== '')
    includes(plain, sink)
  else if (/^(?:save|backup|clone|archive|ar|open)$/.test(key))
    sink.reach('writes', 'client', plain.split(/\s+/).at(-1))
  else if (/^(?:import|restore)$/.test(key)) {
    sink.does('changes')
    const source = plain.split(/\s+/).find((part) => !part.startsWith('-'))
    if (source?.startsWith('|') === true)
      sink.reach('runs', 'client', plain.slice(plain.indexOf('|') + 1))
    else sink.reach('reads', 'client', source)
  } else if (key === 'load') sink.reach('loads', 'client', plain)
  else if (/^(?:lo_import|lo_export|lo_unlink|password)$/.test(key)) {
    sink.does('changes')
    if (key === 'lo_import') sink.reach('reads', 'client', plain.split(/\s+/)[0])
    if (key === 'lo_export') sink.reach('writes', 'client', plain.split(/\s+/)[1])
  } else if (/^(?:gexec|e|edit|ef|ev|crnl|parameter|dbinfo|recover|reconnect)$/.test(key)) {
    sink.unread = true
    sink.does('changes')
  } else sink.does('reads')
}

const output = (
  mark: string,
  name: string,
  plain: string,
  dialect: SqlDialect,
  sink: SqlSink,
): void => {
  // MySQL: `\T` and `\P` are tee and pager, `\t` and `\g` have no file.
  if (mark === '\\' && (name === 't' || name === 'p' || name === 's') && dialect !== 'postgres')
    return
  if (mark === '\\' && (name === 't' || name === 'p')) return
  sink.does('reads')
  if (plain === '' || /^std(?:out|err)$/i.test(plain)) return
  if (plain.startsWith('|')) sink.reach('runs', 'client', plain.slice(1))
  else if (/^(?:P|pager)$/.test(name)) sink.reach('runs', 'client', plain)
  else sink.reach('writes', 'client', plain.split(/\s+/).at(-1))
}

const includes = (plain: string, sink: SqlSink): void => {
  if (plain.startsWith('|')) sink.reach('runs', 'client', plain.slice(1))
  else sink.reach('includes', 'client', plain.split(/\s+/)[0])
}

/** `\copy` takes its file without quotes. */
const quotedCopy = (argument: string): string =>
  argument.replaceAll(/\b(to|from)\s+(?!(?:program|p?std(?:in|out))\b)([^\s'"()]+)/gi, "$1 '$2'")
