// Tools that reach beyond the machine: fetching looks, anything else may send.
import { capability } from './capability.ts'
import type { CallReading } from './toolCall.ts'
import { example, row, type ToolRow } from './toolRow.ts'

/** A service beyond the machine: looking fetches, anything else sends. */
const service = (field: string, looks: RegExp, host: string) => (call: CallReading) => {
  const verb = call.optional(field) ?? 'default'
  call.can(verb)
  call.effect(looks.test(verb) ? 'net.fetch' : 'net.send', { host })
}

const artifact = (call: CallReading): void => {
  service('action', /^(?:list|read|status|watch|unwatch)/, 'claude.ai')(call)
  for (const path of [call.optional('file_path'), ...texts(call.field('file_paths'))])
    if (path !== undefined) call.effect('fs.read', { path: call.resolve(path) })
  const out = call.optional('out_dir')
  if (out !== undefined) call.effect('fs.write', { path: call.resolve(out) })
}

const projects = (call: CallReading): void => {
  service('method', /_(?:info|read|search|list)$/, 'claude.ai')(call)
  const local = call.optional('local_path')
  if (local !== undefined)
    call.effect(call.field('method') === 'project_write' ? 'fs.read' : 'fs.write', {
      path: call.resolve(local),
    })
}

const texts = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string').slice(0, 64) : []

const browser = (call: CallReading): void => {
  const url = call.optional('url')
  if (url !== undefined) call.fetch(url)
  const action = call.optional('action') ?? 'open'
  if (!/^(?:open|navigate|goto|screenshot|snapshot|read|back|forward|close)$/.test(action))
    call.effect('net.send', { possible: true })
}

export const REMOTE_TOOLS: ReadonlyArray<ToolRow> = [
  row(
    'WebFetch',
    (call) => call.fetch(call.text('url')),
    example(
      { url: 'https://Docs.Example.com:8443/a?b' },
      ['net.fetch docs.example.com'],
      'tool:WebFetch:docs.example.com',
    ),
    example(
      { url: 'http://2852039166/latest' },
      ['net.fetch 169.254.169.254', 'secret.read 169.254.169.254'],
      'tool:WebFetch:169.254.169.254',
    ),
    example(
      { url: 'file:///etc/shadow' },
      ['fs.read /etc/shadow', 'secret.read /etc/shadow'],
      'tool:WebFetch:secret',
    ),
    example(
      { url: 'http://[::ffff:169.254.169.254]/' },
      ['net.fetch [::ffff:a9fe:a9fe]', 'secret.read [::ffff:a9fe:a9fe]'],
      'tool:WebFetch:[__ffff_a9fe_a9fe]',
    ),
    example(
      { url: 'http://169.254.169.254.nip.io/' },
      ['net.fetch 169.254.169.254.nip.io', 'secret.read 169.254.169.254.nip.io'],
      'tool:WebFetch:169.254.169.254.nip.io',
    ),
    example(
      { url: 'https://me:word@x.example/' },
      ['net.fetch x.example', 'net.send x.example'],
      'tool:WebFetch:x.example',
    ),
    example(
      { url: 'https://exämple.example/' },
      ['net.fetch xn--exmple-cua.example'],
      'tool:WebFetch:xn--exmple-cua.example',
    ),
    example({ url: 'http://' }, ['opaque malformed-input'], 'tool:WebFetch'),
  ),
  row(
    'WebSearch',
    (call) => {
      call.text('query')
      call.effect('net.fetch', { name: 'web-search' })
    },
    example({ query: 'x' }, ['net.fetch web-search'], 'tool:WebSearch'),
  ),
  row(
    'RemoteTrigger',
    (call) => {
      service('action', /^(?:list|get)/, 'claude.ai')(call)
      if (!/^(?:list|get)/.test(call.optional('action') ?? '')) call.opaque('remote-host')
    },
    example({ action: 'list' }, ['net.fetch claude.ai'], 'tool:RemoteTrigger:list'),
    example(
      { action: 'run' },
      ['net.send claude.ai', 'opaque remote-host'],
      'tool:RemoteTrigger:run',
    ),
  ),
  row(
    'Artifact',
    artifact,
    example(
      { action: 'publish', file_path: '.env' },
      ['net.send claude.ai', 'fs.read .env', 'secret.read .env'],
      'tool:Artifact:publish',
    ),
  ),
  row(
    'Projects',
    projects,
    example(
      { method: 'project_read', path: 'x' },
      ['net.fetch claude.ai'],
      'tool:Projects:project_read',
    ),
  ),
  row(
    'ClaudeDesign PushNotification SendFeedback',
    service('operation', /^(?:list|get|read)/, 'claude.ai'),
    example({ message: 'done' }, ['net.send claude.ai'], 'tool:ClaudeDesign:default'),
  ),
  row(
    'Browser',
    browser,
    example({ url: 'https://x.example/' }, ['net.fetch x.example'], 'tool:Browser:x.example'),
    example({ action: 'type', text: 'x' }, ['net.send'], 'tool:Browser'),
  ),
  row(
    'ReadMcpResource ReadMcpResourceDir McpResource',
    (call) => {
      const server = call.optional('server') ?? 'any'
      call.capability(capability('mcp', server, 'resource'))
      call.opaque('mcp-tool', { name: server })
      const uri = call.optional('uri')
      if (uri?.startsWith('file://') === true)
        call.effect('fs.read', { path: call.resolve(uri.slice(7)), possible: true })
    },
    example(
      { server: 'fs', uri: 'file:///etc/shadow' },
      ['opaque mcp-tool', 'fs.read /etc/shadow', 'secret.read /etc/shadow'],
      'tool:mcp:fs:resource',
    ),
    example({ server: 'crm', uri: 'x' }, ['opaque mcp-tool'], 'tool:mcp:crm:resource'),
  ),
]
