// What SQL text does to the data it is given to: reads it, changes it, destroys it, and what it
// reaches beyond the database. Text whose dialect is not known is read as each, and the gravest counts.
import { placeOf, reachFile, readBeyond, textIn } from './beyond.ts'
import { readClientCommand } from './clientCommands.ts'
import { deedOn } from './conditions.ts'
import {
  graverDeed,
  type SqlDeed,
  type SqlReach,
  type SqlReading,
  type SqlSink,
} from './reading.ts'
import { CHANGES, LOOKS, NAMED_LOSS, RUNS, SESSION } from './words.ts'
import { type SqlDialect, type SqlToken, sqlTokens } from './tokens.ts'

const MOST_NESTING = 3
const MOST_REACHES = 32
/** A text with more deletions and updates than these is not one to look into further. */
const MOST_CONDITIONS = 20

export const readSql = (text: string, dialect: SqlDialect = 'other'): SqlReading =>
  readIn(text, dialect, 0)

const readIn = (text: string, dialect: SqlDialect, nesting: number): SqlReading => {
  if (dialect !== 'other') return new Reading(dialect, nesting).read(text)
  // Plain text reads the same in every dialect.
  const differs = /[\\#$!["]|\/\*|--\S|^[ \t]*(?:[.:]|(?:system|source|tee|pager|edit)\s)/im.test(
    text,
  )
  const dialects = differs
    ? (['postgres', 'mysql', 'sqlite', 'duckdb', 'tsql'] as const)
    : (['postgres', 'tsql'] as const)
  const all = dialects.map((one) => new Reading(one, nesting).read(text))
  return {
    deed: all.map(({ deed }) => deed).reduce(graverDeed),
    reaches: [
      ...new Map(
        all.flatMap(({ reaches }) => reaches).map((one) => [JSON.stringify(one), one]),
      ).values(),
    ],
    unread: all.every(({ unread }) => unread),
  }
}

class Reading implements SqlSink {
  private deed: SqlDeed = 'nothing'
  unread = false
  private conditions = 0
  private readonly reaches: Array<SqlReach> = []
  private readonly dialect: Exclude<SqlDialect, 'other'>
  private readonly nesting: number

  constructor(dialect: Exclude<SqlDialect, 'other'>, nesting: number) {
    this.dialect = dialect
    this.nesting = nesting
  }

  read(text: string): SqlReading {
    const { tokens, broken } = sqlTokens(text, this.dialect)
    let from = 0
    for (let at = 0; at <= tokens.length; at++) {
      const token = tokens[at]
      const ends =
        token === undefined || token.is === 'meta' || (token.is === 'mark' && token.text === ';')
      if (!ends) continue
      const last = tokens.slice(from, at)
      if (last.length > 0) this.statement(last)
      if (token?.is === 'meta') readClientCommand(token.text, this.dialect, this)
      from = at + 1
    }
    if (broken) {
      this.unread = true
      this.does('changes')
    }
    return { deed: this.deed, reaches: this.reaches.slice(0, MOST_REACHES), unread: this.unread }
  }

  does(deed: SqlDeed): void {
    this.deed = graverDeed(this.deed, deed)
  }

  reach(does: SqlReach['does'], at: SqlReach['at'], what: string | undefined): void {
    if (this.reaches.length < MOST_REACHES) this.reaches.push({ does, at, what })
  }

  private get local(): SqlReach['at'] {
    return placeOf(this.dialect)
  }

  /** Text that the statement runs as a statement. */
  private inner(text: string | undefined): void {
    if (text === undefined || this.nesting >= MOST_NESTING) {
      this.unread = true
      this.does('changes')
      return
    }
    const { deed, reaches, unread } = readIn(text, this.dialect, this.nesting + 1)
    this.does(deed)
    for (const { does, at, what } of reaches) this.reach(does, at, what)
    if (unread) this.unread = true
  }

  private statement(given: ReadonlyArray<SqlToken>): void {
    const tokens =
      given[0]?.text === '('
        ? given.filter(({ text, is }) => is !== 'mark' || (text !== '(' && text !== ')'))
        : given
    const first = tokens[0]
    if (first === undefined) return
    const verb = first.is === 'word' ? first.text : ''
    readBeyond(tokens, this.dialect, this)
    if (verb === 'explain' || verb === 'describe' || verb === 'desc') {
      const runs = tokens.slice(1, 16).findIndex(({ is, text }) => is === 'word' && RUNS.has(text))
      const analyzes = tokens
        .slice(1, 1 + runs)
        .some(({ is, text }) => is === 'word' && /^analy[sz]e$/.test(text))
      if (analyzes) this.inStatement(tokens.slice(1 + runs))
      this.does('reads')
    } else if (verb === 'pragma') this.pragma(tokens)
    else this.inStatement(tokens)
  }

  /** Every verb of a statement counts: a CTE, a rule or a procedure's body may hold others. */
  private inStatement(tokens: ReadonlyArray<SqlToken>): void {
    const [first, second] = tokens
    const verb = first?.is === 'word' ? first.text : ''
    const next = second?.is === 'word' ? second.text : ''
    if (LOOKS.has(verb)) this.does('reads')
    else if (SESSION.has(verb)) this.session(verb, next, tokens)
    else if (
      verb === 'drop' ||
      verb === 'truncate' ||
      verb === 'purge' ||
      verb === 'shutdown' ||
      verb === 'undrop'
    )
      this.does(verb === 'undrop' ? 'changes' : 'destroys')
    else if (CHANGES.has(verb)) this.changing(verb, next, tokens)
    else {
      this.does('changes')
      this.unread ||= verb !== ''
    }
    const sets = tokens.findLastIndex(({ is, text }) => is === 'word' && text === 'set')
    // Statements of this dialect need no semicolon between them.
    const loose = this.dialect === 'tsql'
    // Never the first word's business alone: `WITH x AS (DELETE …)`, `CREATE RULE … DO ALSO DELETE`.
    for (const [at, token] of tokens.entries()) {
      if (token.is !== 'word') continue
      const after = tokens[at + 1]
      const before = tokens[at - 1]
      switch (token.text) {
        case 'delete':
          if (after?.text === 'from' && after.is === 'word') this.filtered(tokens, at)
          break
        case 'update':
          // Not `FOR UPDATE`, `ON UPDATE CASCADE`, `DO UPDATE SET`.
          if (
            at < sets &&
            !(before?.is === 'word' && /^(?:for|on|do|of|or|after|before|key)$/.test(before.text))
          )
            this.filtered(tokens, at)
          break
        case 'insert':
        case 'merge':
          if (after?.text === 'into' || (loose && at > 0)) this.does('changes')
          break
        case 'exec':
        case 'execute':
        case 'alter':
        case 'create':
        case 'grant':
        case 'backup':
        case 'restore':
        case 'kill':
          if (loose && at > 0) this.changing(token.text, after?.text ?? '', tokens.slice(at))
          break
        case 'truncate':
          if (after?.is === 'word' && after.text === 'table') this.does('destroys')
          break
        case 'drop':
          if (
            at > 0 &&
            after?.is === 'word' &&
            /^(?:table|column|partition|database|schema|constraint|index)$/.test(after.text)
          )
            this.does('destroys')
          break
        case 'into':
          if (verb === 'select' || verb === 'with') this.into(tokens, at)
      }
    }
  }

  /** DELETE and UPDATE: without a condition, or with one that is always true, they take all rows. */
  private filtered(tokens: ReadonlyArray<SqlToken>, at: number): void {
    if (++this.conditions > MOST_CONDITIONS) {
      this.does('destroys')
      return
    }
    const found = deedOn(tokens, at)
    if (found === undefined) this.unread = true
    this.does(found ?? 'changes')
  }

  private into(tokens: ReadonlyArray<SqlToken>, at: number): void {
    const target = tokens[at + 1]
    if (target?.text === 'outfile' || target?.text === 'dumpfile') {
      this.reach('writes', 'server', tokens[at + 2]?.text)
      this.does('changes')
    } else if (target?.text !== '@') this.does('changes')
  }

  private session(verb: string, next: string, tokens: ReadonlyArray<SqlToken>): void {
    const changes =
      (verb === 'set' && /^(?:global|persist|persist_only|password|default)$/.test(next)) ||
      (verb === 'reset' && /^(?:master|slave|replica|persist|binary)$/.test(next)) ||
      (verb === 'detach' && /^(?:table|view|dictionary|partition)$/.test(next))
    if (changes) this.does(verb === 'reset' && next !== 'persist' ? 'destroys' : 'changes')
    else this.does('reads')
    if (verb === 'execute' && next === 'immediate') this.inner(textIn(tokens, 2))
    if (verb === 'prepare') {
      const as = tokens.findIndex(
        ({ text, is }) => is === 'word' && (text === 'as' || text === 'from'),
      )
      if (as >= 0 && tokens[as]!.text === 'as') this.inStatement(tokens.slice(as + 1))
      else if (as >= 0) this.inner(textIn(tokens, as + 1))
    }
    // Blocks of a procedural language: their statements come after the first word.
    if (/^(?:begin|if|else|while|declare)$/.test(verb) && tokens.length > 2) {
      const rest = tokens
        .slice(1)
        .findIndex(
          ({ is, text }) =>
            is === 'word' && (CHANGES.has(text) || text === 'drop' || text === 'truncate'),
        )
      if (rest >= 0) this.inStatement(tokens.slice(rest + 1))
    }
  }

  private changing(verb: string, next: string, tokens: ReadonlyArray<SqlToken>): void {
    const temporary = /^(?:temp|temporary)$/.test(next) || tokens[1]?.text === '#'
    const hashed = next === 'table' && tokens[2]?.text === '#'
    if (verb === 'create' && (temporary || hashed)) this.does('reads')
    else if (verb === 'exec' && /^sp_(?:help|who|columns|tables|spaceused|databases)/.test(next))
      this.does('reads')
    else if (verb === 'dbcc') this.does(/^(?:check|show|opentran)/.test(next) ? 'reads' : 'changes')
    else if (verb === 'delete' || verb === 'update') {
      if (next !== 'from' && verb === 'delete') this.filtered(tokens, 0)
      else if (verb === 'update') this.filtered(tokens, 0)
    } else if (verb === 'alter') {
      this.does('changes')
      const drop = tokens.findIndex(({ is, text }) => is === 'word' && text === 'drop')
      const what = tokens[drop + 1]?.text ?? ''
      if (drop > 0 && !/^(?:not|default|identity|expression)$/.test(what)) this.does('destroys')
    } else if (verb === 'merge') {
      this.does('changes')
      const source = tokens.findIndex(
        ({ text }, at) => text === 'source' && tokens[at - 1]?.text === 'by',
      )
      if (source >= 0 && tokens.slice(source).some(({ text }) => text === 'delete'))
        this.does('destroys')
    } else if (verb === 'replace' || verb === 'copy') this.copies(verb, tokens)
    else if (verb === 'attach') {
      this.does('reads')
      this.reach('writes', this.local, textIn(tokens, 1))
    } else if (verb === 'load' || verb === 'install') this.loads(verb, tokens)
    else if (verb === 'import' || verb === 'export') {
      this.reach(verb === 'import' ? 'reads' : 'writes', this.local, textIn(tokens, 1))
      this.does(verb === 'import' ? 'changes' : 'reads')
    } else {
      this.does('changes')
      if (verb === 'do' || verb === 'call' || verb === 'exec') this.procedure(verb, tokens)
      if (verb === 'restore' || verb === 'reassign') this.does('changes')
    }
  }

  private procedure(verb: string, tokens: ReadonlyArray<SqlToken>): void {
    const text = textIn(tokens, 1)
    if (
      verb === 'do' ||
      (verb === 'exec' &&
        (tokens[1]?.text === '(' ||
          tokens[1]?.is === 'text' ||
          tokens[1]?.text === 'sp_executesql'))
    )
      this.inner(text)
    if (NAMED_LOSS.test(tokens[1]?.text ?? '')) this.does('destroys')
    this.unread = true
  }

  private loads(verb: string, tokens: ReadonlyArray<SqlToken>): void {
    this.does('changes')
    const infile = tokens.findIndex(({ text, is }) => is === 'word' && text === 'infile')
    if (infile >= 0) {
      const local = tokens.slice(0, infile).some(({ text }) => text === 'local')
      this.reach('reads', local ? 'client' : 'server', textIn(tokens, infile + 1))
    } else this.reach('loads', this.local, verb === 'install' ? undefined : textIn(tokens, 1))
  }

  /** `COPY t TO 'file'`, `COPY t FROM PROGRAM 'cmd'`. */
  copies(verb: string, tokens: ReadonlyArray<SqlToken>, at: SqlReach['at'] = this.local): void {
    if (verb === 'replace') {
      this.does('changes')
      return
    }
    const way = tokens.findIndex(
      ({ is, text, depth }) => is === 'word' && depth === 0 && (text === 'to' || text === 'from'),
    )
    const to = tokens[way]?.text === 'to'
    const target = tokens[way + 1]
    this.does(way >= 0 && to ? 'reads' : 'changes')
    if (way < 0 || target === undefined) return
    if (target.is === 'word' && target.text === 'program')
      this.reach('runs', at, textIn(tokens, way + 2))
    else if (target.is === 'text' || (at === 'client' && !/^p?std(?:in|out)$/.test(target.text)))
      reachFile(this, to ? 'writes' : 'reads', target.text, at)
  }

  private pragma(tokens: ReadonlyArray<SqlToken>): void {
    const sets = tokens.some(({ is, text }) => is === 'mark' && text === '=')
    const called = tokens.some(({ is, text }) => is === 'mark' && text === '(')
    const name = tokens[1]?.text ?? ''
    const asks =
      /(?:info|list|xinfo|check|size|version|count|stats)$|^(?:show|storage|table|index|database|foreign|integrity|quick)/.test(
        name,
      )
    this.does(sets || (called && !asks) ? 'changes' : 'reads')
  }
}
