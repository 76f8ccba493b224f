// Clients of SQL databases: where their statements come from, and on which data those work.
import type { SqlDialect } from '../../code/sql/tokens.ts'
import { addressOf } from '../../action/hosts.ts'
import { onlyAsks } from '../behaviour.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type ShellWord, textOf } from '../word.ts'
import { type Database, runsInput, runsSql, runsSqlFile, session } from './sqlText.ts'
import { byVerb } from './verbs.ts'

interface Client {
  readonly dialect: SqlDialect
  /** Options whose values are statements, files of statements, hosts. */
  readonly text: ReadonlyArray<string>
  readonly files: ReadonlyArray<string>
  readonly hosts?: ReadonlyArray<string>
  /** Options that make it answer and end. */
  readonly asks?: ReadonlyArray<string>
}

const hostOf = (call: ProgramCall, hosts: ReadonlyArray<string>): string | undefined => {
  const given = call.value(...hosts) ?? call.operands.find((word) => /^\w+:\/\//.test(word.text))
  const text = textOf(given)
  return text === undefined ? undefined : addressOf(text)?.host
}

const client =
  ({ dialect, text, files, hosts = ['-h', '--host'], asks = [] }: Client) =>
  (call: ProgramCall): void => {
    if (onlyAsks(call.args)) return
    const database: Database = { is: 'server', host: hostOf(call, hosts) }
    // An operand with blanks is a statement, unless it is a connection string.
    const statements = [
      ...call.valuesOf(...text),
      ...call.operands.filter(
        (word) => /^\s*[a-z]+\s/i.test(word.text) && !/^\w+=/.test(word.text),
      ),
    ]
    for (const word of statements) runsSql(call, word, dialect, database)
    for (const word of call.valuesOf('-o', '--output')) {
      if (word.text.startsWith('|')) call.shellText({ ...word, text: word.text.slice(1) })
      else if (dialect === 'postgres') call.take('write', word)
    }
    const scripts = call.valuesOf(...files).filter((word) => word.text !== '-')
    for (const word of scripts) runsSqlFile(call, word, dialect, database)
    if (call.has(...asks)) call.effect('net.fetch', { name: 'database' })
    else if (statements.length + scripts.length === 0 && !runsInput(call, dialect, database))
      session(call, database)
  }

/** MySQL's `-p` takes its value in the same word or none, so words are looked at as they stand. */
const mysql = (call: ProgramCall): void => {
  if (onlyAsks(call.args)) return
  const statements: Array<ShellWord> = []
  for (const [at, word] of call.args.entries()) {
    const next = call.args[at + 1]
    if (/^-[ABCEFGHLNNQTVXbfijnqrtvwx]*e$/.test(word.text) && next !== undefined)
      statements.push(next)
    else if (/^-e./.test(word.text)) statements.push({ ...word, text: word.text.slice(2) })
  }
  statements.push(...call.valuesOf('--execute', '--init-command'))
  const database: Database = { is: 'server', host: hostOf(call, ['-h', '--host']) }
  for (const word of statements) runsSql(call, word, 'mysql', database)
  for (const word of call.valuesOf('--pager')) call.shellText(word)
  if (statements.length === 0 && !runsInput(call, 'mysql', database)) session(call, database)
}

const sqlite =
  (dialect: 'sqlite' | 'duckdb') =>
  (call: ProgramCall): void => {
    if (onlyAsks(call.args)) return
    const [file, ...operands] = call.operands
    const memory = file === undefined || /^(?::memory:|file::memory:.*|)$/.test(file.text)
    const database: Database = {
      is: 'file',
      file: memory
        ? undefined
        : { ...file, text: file.text.replace(/^file:(?:\/\/)?([^?]*).*$/, '$1') },
      readOnly: call.hasExactly('-readonly', '--readonly'),
    }
    const statements = [...operands, ...call.valuesOf('-cmd', '-c', '-s')]
    for (const word of statements) runsSql(call, word, dialect, database)
    const scripts = call.valuesOf('-init', '-f')
    for (const word of scripts) runsSqlFile(call, word, dialect, database)
    if (call.hasExactly('-A', '--archive')) call.facts(['writes .'])
    const asked = operands.length + call.valuesOf('-c', '-s', '-f', '-cmd').length > 0
    if (
      !asked &&
      !runsInput(call, dialect, database) &&
      !call.hasExactly('-version', '-help', '-A')
    )
      session(call, database)
  }

const GO_SQLCMD = /^(?:create|delete|start|stop|config|open|install|uninstall|use)$/

const sqlcmd = (call: ProgramCall): void => {
  const [verb, ...rest] = call.operands
  if (verb !== undefined && GO_SQLCMD.test(verb.text)) byVerb(call)
  else if (textOf(verb) === 'query')
    for (const word of [...rest, ...call.valuesOf('-t', '-q')])
      runsSql(call, word, 'tsql', { is: 'server' })
  else
    client({
      dialect: 'tsql',
      text: ['-Q', '-q', '--query', '--initial-query'],
      files: ['-i', '--input-file'],
      hosts: ['-S', '--server'],
      asks: ['-L'],
    })(call)
}

const cockroach = (call: ProgramCall): void => {
  const [verb] = call.operands
  if (verb === undefined || /^(?:sql|demo)$/.test(verb.text))
    client({
      dialect: 'postgres',
      text: ['-e', '--execute'],
      files: ['-f', '--file'],
      hosts: ['--host', '--url'],
    })(call)
  else byVerb(call)
}

const clickhouse = (call: ProgramCall): void => {
  const [verb] = call.operands
  if (call.name === 'clickhouse' && verb !== undefined && !/^(?:client|local)$/.test(verb.text))
    byVerb(call)
  else client({ dialect: 'other', text: ['-q', '--query'], files: ['--queries-file'] })(call)
}

export const SQL_CLIENTS: ReadonlyArray<ProgramRow> = [
  {
    names: 'psql pgcli',
    options: {
      '-c --command -f --file': 'data',
      '-L --log-file': 'write',
      '-o --output': 'data',
      '-h --host -p --port -U --username -d --dbname -v --set --variable -F -R -T -P --pset':
        'data',
    },
    run: client({
      dialect: 'postgres',
      text: ['-c', '--command'],
      files: ['-f', '--file'],
      asks: ['-l', '--list'],
    }),
    examples: [
      'psql -c "DROP TABLE users" => destroy.data',
      'psql -c "DELETE FROM a" => destroy.data',
      'psql -c "DELETE FROM a WHERE id=1" => net.send database',
      'psql -h db.example -c "SELECT \'DROP TABLE a\'" => net.fetch db.example',
      'psql -f a.sql => fs.read a.sql, exec psql, opaque unread-script',
      'psql -l => net.fetch database',
      'psql -o "|rm -rf src" -c "select 1" => net.fetch database, fs.delete src',
      'psql app => net.send database, exec psql, opaque inline-code',
      "psql <<'EOF'\nTRUNCATE a;\nEOF\n => destroy.data",
      'echo "drop table a" | psql app => destroy.data',
      'psql -c "\\! ls" => fs.read .',
      'psql -c "\\copy a to out.csv" => net.fetch database, fs.write out.csv',
      'psql -c "EXPLAIN ANALYZE DELETE FROM a" => destroy.data',
      'psql -c "COPY a TO PROGRAM \'sh\'" => net.fetch database, net.send database, opaque remote-host',
    ],
  },
  {
    names: 'cockroach',
    options: { '-e --execute -f --file --host --url -d --database -u --user --certs-dir': 'data' },
    run: cockroach,
    examples: [
      'cockroach sql -e "show databases" => net.fetch database',
      'cockroach node status => net.fetch',
      'cockroach node decommission 4 => destroy.infra',
    ],
  },
  {
    names: 'mysql mariadb mycli',
    options: {
      '-h --host -P --port -u --user -D --database -S --socket --execute --init-command --pager --default-character-set --defaults-file':
        'data',
      '--tee': 'write',
    },
    run: mysql,
    examples: [
      'mysql -e "drop database x" => destroy.data',
      'mysql -u root -p -e "drop database x" => destroy.data',
      'mysql -u root -psesame app -Ne "show tables" => net.fetch database',
      'mysql app < dump.sql => fs.read dump.sql, exec mysql, opaque unread-script',
      'mysql -e "/*!50000 DROP TABLE a */" => destroy.data',
      'mysql app => net.send database, exec mysql, opaque inline-code',
    ],
  },
  {
    names: 'clickhouse clickhouse-client clickhouse-local',
    options: {
      '-q --query --queries-file -h --host --port -u --user --password -d --database': 'data',
    },
    run: clickhouse,
    examples: [
      'clickhouse-client -q "SELECT 1" => net.fetch database',
      'clickhouse client --query "TRUNCATE TABLE a" => destroy.data',
    ],
  },
  {
    names: 'sqlcmd',
    options: {
      '-Q -q --query --initial-query -i --input-file -S --server -U -P -d -v -h -s -w -t -l':
        'data',
      '-o --output-file': 'write',
    },
    helps: true,
    run: sqlcmd,
    examples: [
      'sqlcmd -S db.example -Q "SELECT 1" => net.fetch db.example',
      'sqlcmd -Q "SELECT 1 DROP TABLE a" => destroy.data',
      'sqlcmd delete => destroy.infra',
    ],
  },
  {
    names:
      'snowsql cqlsh trino presto hive beeline impala-shell usql spark-sql osqueryi vsql nzsql isql bsqldb',
    options: {
      '-e --execute --query -q -Q -c --command': 'data',
      '-f --file -i --input-file --filename': 'data',
      '-h --host -p --port -u --user --username -d --database -k --keyspace -a -o -s -r -w --server --catalog --schema':
        'data',
    },
    run: client({
      dialect: 'other',
      text: ['-e', '--execute', '--query', '-q', '-Q', '-c', '--command'],
      files: ['-f', '--file', '-i', '--input-file', '--filename'],
      hosts: ['--host', '--server'],
    }),
    examples: [
      'cqlsh -e "DROP KEYSPACE a" => destroy.data',
      'trino --execute "SELECT 1" => net.fetch database',
      'snowsql -q "select 1" => net.fetch database',
    ],
  },
  {
    names: 'sqlite3 sqlite litecli',
    style: 'long',
    options: {
      '-cmd -init -separator -newline -nullvalue -vfs -maxsize -mmap -heap': 'data',
      '-lookaside -pagecache': 'pair',
    },
    run: sqlite('sqlite'),
    examples: [
      'sqlite3 a.db "select 1" => fs.read a.db',
      'sqlite3 a.db "drop table x" => fs.write a.db, destroy.data',
      'sqlite3 a.db "insert into x values (1)" => fs.write a.db',
      'sqlite3 a.db .tables => fs.read a.db',
      'sqlite3 a.db ".shell ls" => fs.read .',
      'sqlite3 a.db ".output /etc/x" "select 1" => fs.read a.db, fs.write /etc/x',
      'sqlite3 ~/.config/google-chrome/Default/Cookies "select 1" => fs.read ~/.config/google-chrome/Default/Cookies, secret.read ~/.config/google-chrome/Default/Cookies',
      'sqlite3 :memory: "select 1" =>',
    ],
  },
  {
    names: 'duckdb',
    style: 'long',
    options: { '-cmd -c -s -f -init -separator -newline -nullvalue': 'data' },
    run: sqlite('duckdb'),
    examples: [
      'duckdb -c "select * from \'a.parquet\'" => fs.read a.parquet',
      'duckdb a.db "copy t to \'out.csv\'" => fs.read a.db, fs.write out.csv',
      'duckdb a.db "delete from t" => fs.write a.db, destroy.data',
    ],
  },
]
