// What a statement reaches beyond its tables: files, other servers, programs. By functions and words
// that do so in any dialect, whatever stands around them.
import type { SqlReach, SqlSink } from './reading.ts'
import type { SqlDialect, SqlToken } from './tokens.ts'
import { ACTING, NAMED_LOSS, SERVER_READS, SERVER_WRITES, TABLE_FILES } from './words.ts'

type Dialect = Exclude<SqlDialect, 'other'>

/** Where its files lie: an embedded database is the client. */
export const placeOf = (dialect: Dialect): SqlReach['at'] =>
  dialect === 'sqlite' || dialect === 'duckdb' ? 'client' : 'server'

export const reachFile = (
  sink: SqlSink,
  does: 'reads' | 'writes',
  path: string,
  at: SqlReach['at'],
): void => {
  if (/^(?:https?|s3|gs|gcs|az|hf):\/\//i.test(path)) {
    sink.reach(does === 'reads' ? 'fetches' : 'writes', 'server', path)
    if (does === 'writes') sink.does('changes')
  } else sink.reach(does, at, path)
}

/** Tells the sink what a statement's functions and files reach. */
export const readBeyond = (
  tokens: ReadonlyArray<SqlToken>,
  dialect: Dialect,
  sink: SqlSink,
): void => {
  const local = placeOf(dialect)
  for (const [at, token] of tokens.entries()) {
    const after = tokens[at + 1]
    if (token.is === 'text') {
      const before = tokens[at - 1]
      // DuckDB reads `FROM 'a.parquet'`.
      if (dialect === 'duckdb' && before?.is === 'word' && /^(?:from|join)$/.test(before.text))
        reachFile(sink, 'reads', token.text, 'client')
      continue
    }
    if (
      after?.is !== 'mark' ||
      after.text !== '(' ||
      (token.is !== 'word' && token.is !== 'name')
    ) {
      if (
        token.is === 'word' &&
        /^(?:xp_cmdshell|xp_dirtree|xp_regwrite|sp_oacreate)$/.test(token.text)
      )
        shellOnServer(sink, tokens, at)
      continue
    }
    const name = token.text.toLowerCase()
    if (
      name === 'xp_cmdshell' ||
      name === 'sys_exec' ||
      name === 'sys_eval' ||
      name === 'executable'
    )
      shellOnServer(sink, tokens, at)
    else if (name === 'load_extension') sink.reach('loads', 'client', textIn(tokens, at + 1))
    // The shell's edit() starts a program on the value.
    else if (name === 'edit' && dialect === 'sqlite') sink.reach('runs', 'client', undefined)
    if (SERVER_READS.test(name)) sink.reach('reads', local, textIn(tokens, at + 2))
    if (SERVER_WRITES.test(name)) sink.reach('writes', local, textNear(tokens, at))
    if (TABLE_FILES.test(name)) {
      const path = textIn(tokens, at + 2)
      if (path !== undefined) reachFile(sink, 'reads', path, 'client')
    }
    if (ACTING.test(name)) sink.does('changes')
    if (name.startsWith('dblink') || name.startsWith('query_to_xml')) sink.unread = true
    if (at > 0 && NAMED_LOSS.test(name) && name.includes('_') && tokens[0]?.text !== 'create')
      sink.does('destroys')
  }
}

const shellOnServer = (sink: SqlSink, tokens: ReadonlyArray<SqlToken>, at: number): void => {
  sink.reach('runs', 'server', textIn(tokens, at + 1))
  sink.does('changes')
}

/** The string at this token, or just inside the parentheses there; undefined for anything else. */
export const textIn = (tokens: ReadonlyArray<SqlToken>, at: number): string | undefined => {
  for (const token of tokens.slice(at, at + 6)) {
    if (token.is === 'text') return token.text
    if (token.is === 'mark' && token.text === ',') return undefined
  }
  return undefined
}

const textNear = (tokens: ReadonlyArray<SqlToken>, at: number): string | undefined =>
  tokens.slice(at, at + 8).find(({ is, text }) => is === 'text' && text.includes('/'))?.text ??
  textIn(tokens, at + 2)
