// What a call of an MCP server's tool may do, as far as its name and the shape of its arguments tell:
// paths, addresses, commands, SQL. All of it is only possible; what the tool really does, its server
// alone knows, so that an undeclared tool stays `opaque` whatever is found here.
import { readSql } from '../code/sql/read.ts'
import { shellDraft } from '../shell/shellDraft.ts'
import type { EffectKind } from './effect.ts'
import { addressOf, isMetadataHost } from './hosts.ts'
import { normalise } from './paths.ts'
import type { CallReading } from './toolCall.ts'

type Verb = 'reads' | 'writes' | 'deletes' | 'sends' | 'runs' | 'unknown'

const VERBS: ReadonlyArray<readonly [Verb, RegExp]> = [
  [
    'deletes',
    /^(?:delete|remove|drop|destroy|purge|truncate|wipe|clear|erase|unlink|rm|uninstall|terminate|revoke)$/,
  ],
  [
    'runs',
    /^(?:execute|exec|run|eval|evaluate|shell|command|bash|terminal|spawn|script|invoke|process|repl)$/,
  ],
  [
    'writes',
    /^(?:write|create|update|set|put|save|append|edit|insert|add|move|copy|rename|patch|replace|modify|make|mkdir|touch|apply|import|upsert)$/,
  ],
  [
    'sends',
    /^(?:send|post|publish|email|mail|notify|message|reply|comment|tweet|share|push|merge|deploy|submit|invite|pay|transfer|upload|call|trigger|dispatch)$/,
  ],
  [
    'reads',
    /^(?:read|get|list|search|find|query|fetch|describe|show|view|count|lookup|status|info|stat|tree|check|inspect|open|browse|download|export|resolve|select|explain|ls|cat|grep|glob|navigate)$/,
  ],
]

/** The gravest word of a name decides: `get_and_delete` deletes. */
const verbOf = (tool: string): Verb => {
  const words = tool
    .slice(0, 128)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
  for (const [verb, names] of VERBS) if (words.some((word) => names.test(word))) return verb
  return 'unknown'
}

const PATH_KEY =
  /^(?:.*_)?(?:path|paths|file|files|filename|filepath|file_?paths?|directory|dir|folder|source|src|destination|dest|target|from|to|output|input|uri|local_?path|root|notebook)$/
const URL_KEY =
  /^(?:.*_)?(?:url|urls|uri|href|endpoint|link|webhook|webhook_url|base_?url|address|host|website)$/
const COMMAND_KEY = /^(?:command|cmd|shell|bash|script|shell_command|command_line|commandline)$/
const SQL_KEY = /^(?:sql|query|statement|statements|queries)$/
const DATABASE =
  /sql|postgres|pg|maria|oracle|duckdb|bigquery|snowflake|redshift|clickhouse|database|supabase|neon|prisma|(?:^|[^a-z])db(?:$|[^a-z])/i

const MOST_VALUES = 64
const LONGEST_PATH = 1024

interface Field {
  readonly key: string
  readonly value: string
}

/** Texts of the input with the names they stand under; three levels deep, in order. */
const fieldsOf = (input: unknown): ReadonlyArray<Field> => {
  const out: Array<Field> = []
  const queue: Array<{ key: string; value: unknown; depth: number }> = [
    { key: '', value: input, depth: 0 },
  ]
  for (let at = 0; at < queue.length && at < 4 * MOST_VALUES && out.length < MOST_VALUES; at++) {
    const { key, value, depth } = queue[at]!
    if (typeof value === 'string') out.push({ key: key.toLowerCase().replaceAll('-', '_'), value })
    if (typeof value !== 'object' || value === null || depth >= 3) continue
    const list = Array.isArray(value)
    for (const [name, inner] of Object.entries(value).slice(0, MOST_VALUES))
      queue.push({ key: list ? key : name, value: inner, depth: depth + 1 })
  }
  return out
}

const snake = (key: string): string => key.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()

const PATH_KIND: Readonly<Record<Verb, EffectKind>> = {
  reads: 'fs.read',
  writes: 'fs.write',
  deletes: 'fs.delete',
  sends: 'fs.read',
  runs: 'fs.read',
  unknown: 'fs.read',
}

/** `move_file`, `rename`: what is moved leaves the place it had. */
const kindOf = (verb: Verb, tool: string, key: string): EffectKind => {
  const source = /^(?:source|src|from|input|old_path|source_path)$/.test(key)
  if (!source || verb !== 'writes') return PATH_KIND[verb]
  return /move|rename/i.test(tool) ? 'fs.delete' : 'fs.read'
}

export const mcpEffects = (call: CallReading, input: unknown): void => {
  const { mcp } = call.tool
  if (mcp === undefined) return
  const verb = verbOf(mcp.tool)
  let found = false
  for (const { key: written, value } of fieldsOf(input)) {
    const key = snake(written)
    if (/^https?:\/\//i.test(value)) {
      if (URL_KEY.test(key) || PATH_KEY.test(key)) address(call, verb, value)
      continue
    }
    if (COMMAND_KEY.test(key)) found = command(call, value) || found
    else if (SQL_KEY.test(key) && (key === 'sql' || DATABASE.test(`${mcp.server} ${mcp.tool}`)))
      found = sql(call, value) || found
    else if (PATH_KEY.test(key) && (isPath(value) || isName(key, value))) {
      const path = normalise(value.replace(/^file:\/\//, ''), call.place.cwd, call.place.home)
      const kind = kindOf(verb, mcp.tool, key)
      call.effect(kind, { path, possible: true, ...(kind === 'fs.delete' ? { reach: 'all' } : {}) })
      found = true
    }
  }
  if (verb === 'deletes' && !found)
    call.effect('destroy.data', { name: `${mcp.server}:${mcp.tool}`, possible: true })
}

/** A path by its look: other text may stand under such a name, and no text of a call is logged. */
const isPath = (value: string): boolean =>
  value.length <= LONGEST_PATH &&
  /^(?:file:\/\/)?(?:~?\/|\.{1,2}\/|\.(?=\w))[^\n\r\0]*$|^[\w.-]+(?:\/[\w.@+-]+)+\/?$|^[\w-][\w.-]*\.[A-Za-z]\w{0,7}$|^\.$/.test(
    value,
  )

/** A bare name counts where nothing but a path can stand. */
const isName = (key: string, value: string): boolean =>
  /(?:path|file|filename|dir|directory|folder)s?$/.test(key) && /^[\w.-]{1,128}$/.test(value)

const address = (call: CallReading, verb: Verb, value: string): void => {
  const found = addressOf(value)
  if (found === undefined) return
  const sends = verb === 'sends' || verb === 'writes' || verb === 'deletes'
  call.effect(sends ? 'net.send' : 'net.fetch', { host: found.host, possible: true })
  if (isMetadataHost(found.host)) call.effect('secret.read', { host: found.host, possible: true })
}

/** True where the text is a command of more than a word. */
const command = (call: CallReading, text: string): boolean => {
  if (!/[\s/;|]/.test(text.trim())) return false
  const { effects } = shellDraft(text, call.place, call.tool.name)
  call.include({
    capabilities: [],
    effects: effects.slice(0, MOST_VALUES).map((effect) => {
      const { capability: _, span: __, ...rest } = effect
      return { ...rest, certainty: 'possible' }
    }),
  })
  return true
}

const sql = (call: CallReading, text: string): boolean => {
  const { deed } = readSql(text)
  if (deed === 'destroys') call.effect('destroy.data', { name: 'database', possible: true })
  else if (deed === 'changes') call.effect('net.send', { name: 'database', possible: true })
  return deed !== 'nothing'
}
