// Database clients: the statements they are given decide what is lost.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { literalWord, type ShellWord, textOf, UNKNOWN } from '../word.ts'

const STATEMENT_LIMIT = 8192

/** Comments and string literals hold no statements. */
const bare = (text: string): string =>
  text
    .slice(0, STATEMENT_LIMIT)
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/'(?:[^']|'')*'/g, "''")

const DESTROYS =
  /\b(?:drop\s+(?:database|table|schema|view|materialized|index|column|user|role|keyspace|collection|sequence|function|trigger|tablespace|extension|owned|constraint|type|partition)|truncate)\b|\.drop(?:database|collection|index|indexes)?\s*\(|\b(?:deletemany|remove)\s*\(\s*(?:\{\s*\})?\s*\)|\bflush(?:all|db)\b/i

const LOOKS =
  /^\s*(?:(?:select|show|explain|describe|desc|with|pragma|use|set|values|table|begin|print|analyze)\b|\\[dlcxhqtif]|\.(?:tables|schema|headers|mode|databases|indexes|dump|help|show|quit|exit)\b|db\.\w+\.(?:find|findone|count|countdocuments|aggregate|stats|distinct)\b|db\.(?:stats|getcollectionnames)\b)/i

type SqlLoss = 'destroys' | 'changes' | 'looks'

/** What a text of statements does at worst. Statements are split at semicolons outside strings. */
const statementsDo = (text: string): SqlLoss => {
  if (text.length > STATEMENT_LIMIT) return 'changes'
  const plain = bare(text)
  if (DESTROYS.test(plain)) return 'destroys'
  let worst: SqlLoss = 'looks'
  for (const statement of plain.split(';')) {
    if (statement.trim() === '') continue
    if (
      /\b(?:delete\s+from|update\s+[\w."`]+\s+set)\b/i.test(statement) &&
      !/\bwhere\b/i.test(statement)
    )
      return 'destroys'
    if (
      !LOOKS.test(statement) ||
      /\b(?:insert|update|delete|alter|create|grant|revoke|merge|into\s+outfile|copy)\b/i.test(
        statement,
      )
    )
      worst = 'changes'
  }
  return worst
}

const judge = (call: ProgramCall, word: ShellWord): void => {
  const loss = statementsDo(word.text.replaceAll(UNKNOWN, 'x'))
  if (word.text.includes(UNKNOWN)) call.opaque('dynamic-argument')
  if (loss === 'destroys') call.effect('destroy.data')
  else call.effect(loss === 'looks' ? 'net.fetch' : 'net.send', { name: 'database' })
  if (/\\!|^\s*\.(?:shell|system)\b|\bcopy\b[\s\S]*\bprogram\b|\bxp_cmdshell\b/im.test(word.text))
    call.exec('inline-code')
}

/** Statements by option, as operands, or on standard input. */
const client =
  (options: ReadonlyArray<string>) =>
  (call: ProgramCall): void => {
    // An operand with blanks is a statement, unless it is a connection string.
    const given = [
      ...call.valuesOf(...options),
      ...call.operands.filter((word) => /^\s*[a-z]+\s/i.test(word.text)),
    ]
    for (const word of given) judge(call, word)
    const { stdin } = call.around.command
    if (given.length > 0) return
    if (stdin.from === 'text') judge(call, literalWord(stdin.text))
    else if (
      stdin.from === 'file' ||
      stdin.from === 'pipe' ||
      call.value('-f', '--file', '--input-file', '-i') !== undefined
    )
      call.exec('inline-code')
    else if (!call.has('-l', '--list', '--version', '--help'))
      call.effect('net.fetch', { name: 'database' })
  }

const sqlite = (call: ProgramCall): void => {
  const [file, ...statements] = call.operands
  const { stdin } = call.around.command
  let worst: SqlLoss = 'looks'
  const texts = [
    ...statements.map((word) => word.text),
    ...call.valuesOf('-cmd').map((word) => word.text),
    ...(stdin.from === 'text' ? [stdin.text] : []),
  ]
  for (const text of texts) {
    const loss = statementsDo(text)
    if (loss === 'destroys' || worst === 'looks') worst = loss
    if (/^\s*\.(?:shell|system)\b/im.test(text)) call.exec('inline-code')
  }
  if (stdin.from === 'pipe' || stdin.from === 'file') call.exec('inline-code')
  if (file !== undefined) call.take(worst === 'looks' ? 'read' : 'write', file)
  if (worst === 'destroys') call.effect('destroy.data')
}

const REDIS_LOOKS =
  /^(?:get|mget|hget|hgetall|hkeys|hvals|keys|scan|[shz]scan|info|ping|exists|ttl|pttl|type|llen|lrange|smembers|scard|zrange|zcard|strlen|dbsize|monitor|time|memory|latency|slowlog|client|command|lastsave|xrange|xlen|object|config|acl)$/i

const redis = (call: ProgramCall): void => {
  const words = call.operands.map((word) => textOf(word) ?? '')
  const [verb = '', second = ''] = words
  if (/^(?:flushall|flushdb|shutdown|swapdb)$/i.test(verb)) call.effect('destroy.data')
  else if (/^(?:del|unlink|rename|restore|ltrim|expire|spop|hdel|zrem|srem|xtrim)$/i.test(verb))
    call.effect('destroy.data')
  else if (/^config$/i.test(verb) && /^set$/i.test(second)) call.effect('net.send')
  else if (/^(?:eval|evalsha|script|debug|module|function)$/i.test(verb)) call.exec('inline-code')
  else
    call.effect(verb === '' || REDIS_LOOKS.test(verb) ? 'net.fetch' : 'net.send', {
      name: 'database',
    })
  if (verb === '' && call.around.command.stdin.from !== 'none') call.exec('inline-code')
}

const destroysDatabase = (call: ProgramCall): void => {
  if (
    call.operands.some((word) =>
      /^(?:drop|flush|shutdown|delete|del|remove|compact|defrag)/i.test(word.text),
    )
  )
    call.effect('destroy.data')
  else call.effect('net.fetch', { name: 'database' })
}

const SQL_VALUES =
  '-h --host -p --port -U --username -d --dbname -u --user -P -D --database -v --set -W -S -w --uri -s --host -k -n'

export const DATABASES: ReadonlyArray<ProgramRow> = [
  {
    names: 'psql pgcli cockroach',
    options: {
      '-c --command': 'data',
      '-f --file': 'data',
      '-o --output -L': 'write',
      [SQL_VALUES]: 'data',
    },
    run: client(['-c', '--command']),
    examples: [
      'psql -c "DROP TABLE users" => destroy.data',
      'psql -c "DELETE FROM a" => destroy.data',
      'psql -c "DELETE FROM a WHERE id=1" => net.send database',
      'psql -c "SELECT \'DROP TABLE a\'" => net.fetch database',
      'psql -f a.sql => exec psql, opaque inline-code',
      'psql -l =>',
      "psql <<'EOF'\nTRUNCATE a;\nEOF\n => destroy.data",
    ],
  },
  {
    names:
      'mysql mariadb mycli clickhouse-client clickhouse snowsql sqlcmd cqlsh trino presto hive beeline impala-shell usql spark-sql',
    options: {
      '-e --execute --query -q -Q -C': 'data',
      '-f --file -i --input-file': 'data',
      [SQL_VALUES]: 'data',
    },
    run: client(['-e', '--execute', '--query', '-q', '-Q']),
    examples: [
      'mysql -e "drop database x" => destroy.data',
      'mysql -u root app -e "show tables" => net.fetch database',
      'mysql app < dump.sql => exec mysql, opaque inline-code, fs.read dump.sql',
    ],
  },
  {
    names: 'sqlite3 sqlite duckdb litecli',
    style: 'long',
    options: { '-cmd -c -init -separator': 'data' },
    run: sqlite,
    examples: [
      'sqlite3 a.db "select 1" => fs.read a.db',
      'sqlite3 a.db "drop table x" => fs.write a.db, destroy.data',
      'sqlite3 a.db .tables => fs.read a.db',
    ],
  },
  {
    names: 'mongosh mongo',
    options: { '--eval': 'data', '-f --file': 'data', [SQL_VALUES]: 'data' },
    run: client(['--eval']),
    examples: [
      'mongosh --eval "db.dropDatabase()" => destroy.data',
      'mongosh --eval "db.a.find()" => net.fetch database',
    ],
  },
  {
    names: 'redis-cli valkey-cli keydb-cli',
    style: 'posix',
    options: { '-h -p -a -n -u --user --pass': 'data' },
    run: redis,
    examples: [
      'redis-cli FLUSHALL => destroy.data',
      'redis-cli get a => net.fetch database',
      'redis-cli -h x set a b => net.send database',
    ],
  },
  { names: 'dropdb dropuser', does: ['destroy.data'], examples: ['dropdb app => destroy.data'] },
  {
    names:
      'createdb createuser initdb pg_ctl pg_restore mysqlimport mongorestore mongoimport pg_upgrade',
    flags: { '-c --clean --drop': ['destroy.data'] },
    does: ['net.send'],
    examples: ['createdb app => net.send', 'pg_restore --clean a.dump => destroy.data, net.send'],
  },
  {
    names: 'pg_dump pg_dumpall mysqldump mongodump mongoexport pg_isready',
    options: { '-f --file -o --out -r --result-file': 'write', [SQL_VALUES]: 'data' },
    does: ['net.fetch'],
    examples: ['pg_dump -f a.sql app => fs.write a.sql, net.fetch'],
  },
  {
    names: 'mysqladmin etcdctl influx',
    options: { [SQL_VALUES]: 'data' },
    run: destroysDatabase,
    examples: ['mysqladmin drop app => destroy.data', 'etcdctl get a => net.fetch database'],
  },
]
