// Databases that do not speak SQL, and the tools that make, dump and load databases.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { literalWord, type ShellWord, textOf, UNKNOWN } from '../word.ts'
import { service } from './verbs.ts'

const MONGO_LIMIT = 16_384

const MONGO_DESTROYS =
  /\.drop(?:Database|Collection|Index|Indexes|User|Role|AllUsersFromDatabase)?\s*\(|\b(?:deleteMany|remove)\s*\(\s*(?:\{\s*\})?\s*[,)]|\bdropDatabase\b|\bshutdownServer\b|\bupdateMany\s*\(\s*\{\s*\}|\brs\.remove\b|\.findAndModify\s*\(\s*\{[^}]{0,200}remove/i
const MONGO_CHANGES =
  /\.(?:insert\w*|update\w*|replace\w*|delete\w*|save|bulkWrite|create\w*|rename\w*|findOneAnd\w+|findAndModify|mapReduce|convertToCapped|reIndex|compact|grant\w*|revoke\w*|addUser|changeUserPassword|setProfilingLevel|runCommand|adminCommand|fsyncLock|killOp)\s*\(|\$(?:out|merge)\b|\b(?:sh|rs)\.(?!status|conf|print|hello|is)\w+\s*\(/
/** The shell is JavaScript with the files and programs of the machine in reach. */
const MONGO_CODE =
  /\b(?:load|require|eval|Function|runProgram|run|cat|ls|removeFile|copyFile|child_process|process|import|fs\.)\s*[.(]/

const mongoText = (call: ProgramCall, word: ShellWord): void => {
  const { text } = word
  if (text.includes(UNKNOWN)) call.opaque('dynamic-argument')
  if (text.length > MONGO_LIMIT || MONGO_CODE.test(text)) call.exec('inline-code')
  const plain = text.slice(0, MONGO_LIMIT)
  if (MONGO_DESTROYS.test(plain)) call.effect('destroy.data')
  else if (MONGO_CHANGES.test(plain) || /\[\s*['"`]/.test(plain))
    call.effect('net.send', { name: 'database' })
  else call.effect('net.fetch', { name: 'database' })
}

const mongo = (call: ProgramCall): void => {
  const statements = call.valuesOf('--eval')
  for (const word of statements) mongoText(call, word)
  const scripts = [
    ...call.valuesOf('-f', '--file'),
    ...call.operands.filter((word) => /\.(?:m?js|ts)$/.test(word.text)),
  ]
  for (const word of scripts) call.runFile(word)
  if (statements.length + scripts.length > 0) return
  const { stdin } = call.around.command
  const text = call.input()
  if (text !== undefined) mongoText(call, literalWord(text))
  else {
    call.effect('net.send', { name: 'database', certainty: 'possible' })
    call.exec(
      call.fedByNetwork(stdin.from === 'pipe' ? stdin : undefined) ? 'remote-code' : 'inline-code',
    )
  }
}

const REDIS_LOOKS =
  /^(?:get|mget|getrange|getbit|bitcount|bitpos|hget|hmget|hgetall|hkeys|hvals|hlen|hexists|hstrlen|hrandfield|keys|scan|[shz]scan|info|ping|echo|exists|ttl|pttl|expiretime|type|llen|lrange|lindex|lpos|smembers|scard|sismember|smismember|srandmember|sdiff|sinter|sunion|zrange\w*|zrev\w+|zcard|zcount|zscore|zmscore|zrank|zlexcount|strlen|dbsize|monitor|time|memory|latency|slowlog|client|command|lastsave|xrange|xrevrange|xlen|xinfo|xpending|xread|object|config|acl|cluster|role|pubsub|subscribe|psubscribe|randomkey|dump|touch|pfcount|geopos|geodist|geosearch|georadius_ro|lolwut|module|function|script|json\.get|ft\.search|ft\.info|ts\.get|ts\.range|auth|select|hello|quit|wait)$/i
const REDIS_DESTROYS =
  /^(?:flushall|flushdb|shutdown|swapdb|del|unlink|rename|renamenx|restore|ltrim|expire\w*|pexpire\w*|getdel|[slrz]pop\w*|lrem|zrem\w*|zpop\w*|[bl]+pop|rpop|hdel|srem|xtrim|xdel|failover|replicaof|slaveof|json\.del|ft\.drop\w*|migrate)$/i
/** Words after a looking command that make it another. */
const REDIS_SETS: Readonly<Record<string, RegExp>> = {
  config: /^(?:set|rewrite|resetstat)$/i,
  acl: /^(?:setuser|deluser|load|save|genpass|log)$/i,
  client: /^(?:kill|pause|unpause|no-evict|reply|setname|unblock)$/i,
  cluster:
    /^(?:reset|failover|forget|addslots\w*|delslots\w*|flushslots|meet|replicate|setslot|saveconfig|bumpepoch|set-config-epoch)$/i,
  memory: /^(?:purge)$/i,
  latency: /^(?:reset)$/i,
  slowlog: /^(?:reset)$/i,
  script: /^(?:flush|kill|load|debug)$/i,
  function: /^(?:flush|delete|load|restore|kill)$/i,
  module: /^(?:load|loadex|unload)$/i,
}

const redisCommand = (
  call: ProgramCall,
  words: ReadonlyArray<string>,
  host: string | undefined,
): void => {
  const [verb = '', second = ''] = words
  const at = host === undefined ? { name: 'database' } : { host }
  const key = verb.toLowerCase()
  const sets = Object.hasOwn(REDIS_SETS, key) && REDIS_SETS[key]!.test(second)
  if (
    REDIS_DESTROYS.test(verb) ||
    (sets && /^(?:reset|flush|purge|del|kill|forget|unload)/i.test(second))
  )
    call.effect('destroy.data')
  else if (key === 'config' && sets) call.effect('privilege', { name: 'database' })
  else if (/^(?:eval\w*|fcall\w*|debug|module)$/i.test(verb) && (key !== 'module' || sets))
    call.exec('inline-code')
  else call.effect(REDIS_LOOKS.test(verb) && !sets ? 'net.fetch' : 'net.send', at)
}

const redis = (call: ProgramCall): void => {
  const host = textOf(call.value('-h', '-u'))?.replace(/^\w+:\/\//, '')
  const words = call.operands.map((word) => textOf(word) ?? '')
  if (call.has('--eval', '--pipe', '--cluster')) {
    if (call.has('--cluster') && /^(?:info|check|help)$/.test(words[0] ?? ''))
      call.effect('net.fetch', { name: 'database' })
    else call.exec('inline-code')
    return
  }
  if (words.length > 0) redisCommand(call, words, host)
  else if (
    call.has(
      '--scan',
      '--stat',
      '--latency',
      '--bigkeys',
      '--memkeys',
      '--hotkeys',
      '--intrinsic-latency',
      '--rdb',
    )
  )
    call.effect('net.fetch', { name: 'database' })
  else {
    const text = call.input()
    if (text === undefined) {
      call.effect('net.send', { name: 'database', certainty: 'possible' })
      call.exec('inline-code')
    } else
      for (const line of text.slice(0, MONGO_LIMIT).split('\n').slice(0, 200))
        if (line.trim() !== '') redisCommand(call, line.trim().split(/\s+/), host)
  }
}

/** Into a database, into a file, or a list of what an archive holds. */
const restore = (call: ProgramCall): void => {
  for (const word of call.operands) call.take('read', word)
  if (call.has('-l', '--list')) return
  for (const word of call.valuesOf('-f', '--file')) call.take('write', word)
  if (call.valuesOf('-f', '--file').length > 0) return
  if (call.has('-c', '--clean')) call.effect('destroy.data')
  call.effect('net.send')
}

const SERVER =
  '-h --host -p --port -U --username -d --dbname -u --user --db --authenticationDatabase --uri -c --collection'

export const DATABASES: ReadonlyArray<ProgramRow> = [
  {
    names: 'mongosh mongo',
    options: {
      '--eval -f --file --host --port -u --username -p --password --authenticationDatabase': 'data',
    },
    run: mongo,
    examples: [
      'mongosh --eval "db.dropDatabase()" => destroy.data',
      'mongosh --eval "db.a.find()" => net.fetch database',
      'mongosh --eval "db.a.insertOne({})" => net.send database',
      'mongosh --eval "db.a.deleteMany({})" => destroy.data',
      'mongosh app => net.send database, exec mongosh, opaque inline-code',
    ],
  },
  {
    names: 'redis-cli valkey-cli keydb-cli',
    style: 'posix',
    options: {
      '-h -p -a -n -u -s -r -i -d --user --pass --cacert --cert --key --sni --pattern --count --quoted-pattern':
        'data',
    },
    run: redis,
    examples: [
      'redis-cli FLUSHALL => destroy.data',
      'redis-cli get a => net.fetch database',
      'redis-cli -h x.example set a b => net.send x.example',
      'redis-cli config get maxmemory => net.fetch database',
      'redis-cli script flush => destroy.data',
      'redis-cli -h localhost config set dir /root/.ssh => privilege database',
      'echo flushdb | redis-cli => destroy.data',
    ],
  },
  { names: 'dropdb dropuser', does: ['destroy.data'], examples: ['dropdb app => destroy.data'] },
  {
    names:
      'createdb createuser initdb pg_ctl mysqlimport mongorestore mongoimport pg_upgrade pg_resetwal mysql_upgrade bulk_extractor',
    options: { [SERVER]: 'data' },
    flags: { '--clean --drop': ['destroy.data'] },
    does: ['net.send'],
    examples: ['createdb app => net.send', 'mongorestore --drop out => destroy.data, net.send'],
  },
  {
    names: 'pg_restore',
    options: {
      '-f --file -L --use-list -n -t -T -P -j -F -h --host -p --port -U --username -d --dbname':
        'data',
    },
    run: restore,
    examples: [
      'pg_restore --clean -d app a.dump => fs.read a.dump, destroy.data, net.send',
      'pg_restore -l a.dump => fs.read a.dump',
      'pg_restore -f a.sql a.dump => fs.read a.dump, fs.write a.sql',
    ],
  },
  {
    names:
      'pg_dump pg_dumpall mysqldump mariadb-dump mongodump mongoexport pg_isready pg_basebackup mongostat mongotop mysqlshow mysqlslap pgbench pg_config pg_controldata vacuumlo',
    options: { '-f --file -o --out -r --result-file -D --pgdata': 'write', [SERVER]: 'data' },
    does: ['net.fetch'],
    examples: ['pg_dump -f a.sql app => fs.write a.sql, net.fetch'],
  },
  service(
    'mysqladmin etcdctl influx',
    '-h -P -u -p -S -t -o -b --bucket',
    {
      looks:
        'get, ping, status, extended-status, processlist, variables, query, endpoint, member list, version, watch',
      changes: 'put, compaction, password, flush-logs, reload, refresh, member add, snapshot save',
      destroys:
        'drop, shutdown, kill, del, member remove, defrag, delete, flush-hosts, stop-replica, snapshot restore',
    },
    'mysqladmin drop app => destroy.infra',
    'etcdctl get a => net.fetch',
    'etcdctl del --prefix a => destroy.infra',
  ),
]
