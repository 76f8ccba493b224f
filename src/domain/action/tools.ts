// Every built-in tool of the client, of its present version and its neighbours: what a call would do,
// told from its input. One row a tool, with examples that run as tests. Never trusts the input.
import { shellDraft } from '../shell/shellDraft.ts'
import { capability } from './capability.ts'
import type { CallReading } from './toolCall.ts'

/** `does` as the effects' short forms: kind, then the target or the opaque code. */
export interface ToolExample {
  readonly input: Readonly<Record<string, unknown>>
  readonly does: ReadonlyArray<string>
  readonly capabilities: ReadonlyArray<string>
}

export interface ToolRow {
  readonly names: ReadonlyArray<string>
  readonly read: (call: CallReading) => void
  readonly examples: ReadonlyArray<ToolExample>
}

const row = (
  names: string,
  read: (call: CallReading) => void,
  ...examples: ReadonlyArray<ToolExample>
): ToolRow => ({ names: names.split(' '), read, examples })

const example = (
  input: ToolExample['input'],
  does: ReadonlyArray<string>,
  ...capabilities: ReadonlyArray<string>
): ToolExample => ({ input, does, capabilities })

/** Nothing on the machine or beyond it: the client's own lists, questions and modes. */
const nothing = (): void => undefined

const command = (call: CallReading, field: string): void => {
  const text = call.text(field)
  if (text !== undefined) call.include(shellDraft(text, call.place, call.tool.name))
}

const bash = (call: CallReading): void => {
  command(call, 'command')
  if (call.field('run_in_background') === true) call.effect('spawn', { name: 'background' })
  if (call.field('dangerouslyDisableSandbox') === true)
    call.effect('privilege', { name: 'no-sandbox' })
}

const search = (call: CallReading): void => {
  const base = call.resolve(call.optional('path') ?? '.')
  const glob = call.optional('glob')
  const pattern = glob === undefined ? undefined : glob.startsWith('/') ? glob : `${base}/${glob}`
  call.file('fs.read', base, { reach: 'all', ...(pattern === undefined ? {} : { pattern }) })
}

const glob = (call: CallReading): void => {
  const pattern = call.text('pattern')
  const base = call.optional('path') ?? '.'
  if (pattern === undefined) return
  const whole = call.resolve(
    pattern.startsWith('/') || pattern.startsWith('~') ? pattern : `${base}/${pattern}`,
  )
  const wild = whole.search(/[*?[{]/)
  call.file('fs.read', wild < 0 ? whole : whole.slice(0, whole.lastIndexOf('/', wild)) || '/')
}

const agent = (call: CallReading): void => {
  const type = call.tool.specifier ?? call.optional('subagent_type') ?? 'general-purpose'
  call.can(type)
  call.effect('spawn', { name: type })
  if (call.field('isolation') !== 'remote') return
  call.effect('net.send', { name: 'remote-agent' })
  call.opaque('remote-host')
}

const named = (field: string) => (call: CallReading) => {
  const name = call.tool.specifier ?? call.text(field)?.replace(/^\//, '').split(/\s/)[0]
  if (name === undefined) return
  call.can(name)
  call.effect('spawn', { name })
}

const monitor = (call: CallReading): void => {
  call.effect('spawn', { name: 'monitor' })
  const ws = call.field('ws')
  if (ws !== undefined && ws !== null) {
    const url = typeof ws === 'object' && 'url' in ws ? ws.url : undefined
    if (typeof url === 'string') call.fetch(url)
    else call.reject()
  }
  if (call.field('command') !== undefined || ws === undefined) command(call, 'command')
}

const cron = (call: CallReading): void => {
  call.effect('spawn', { name: 'cron' })
  if (call.field('durable') === true) call.effect('persist', { name: 'cron' })
}

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

const worktreePath = (call: CallReading): void => {
  const name = call.optional('path') ?? `.claude/worktrees/${call.optional('name') ?? ''}`
  call.file('fs.write', `${call.place.project}/${name}`)
}

export const TOOLS: ReadonlyArray<ToolRow> = [
  row(
    'Bash',
    bash,
    example({ command: 'git status' }, [], 'tool:Bash:git:status'),
    example({ command: 'cat .env' }, ['fs.read .env', 'secret.read .env'], 'tool:Bash:cat'),
    example(
      { command: 'sleep 9', run_in_background: true },
      ['spawn background'],
      'tool:Bash:sleep',
    ),
    example({ command: 7 }, ['opaque malformed-input'], 'tool:Bash'),
    example({}, ['opaque malformed-input'], 'tool:Bash'),
  ),
  row(
    'PowerShell',
    (call) => {
      call.text('command')
      call.effect('exec', { program: 'powershell' })
      call.opaque('other-shell')
    },
    example({ command: 'dir' }, ['exec powershell', 'opaque other-shell'], 'tool:PowerShell'),
  ),
  row(
    'Monitor',
    monitor,
    example({ command: 'tail -f a.log' }, ['spawn monitor', 'fs.read a.log'], 'tool:Monitor:tail'),
    example(
      { ws: { url: 'wss://x.example/feed' } },
      ['spawn monitor', 'net.fetch x.example'],
      'tool:Monitor:x.example',
    ),
    example({ ws: 'x' }, ['spawn monitor', 'opaque malformed-input'], 'tool:Monitor'),
  ),
  row(
    'Read NotebookRead LS LSP',
    (call) => {
      const path =
        call.optional('file_path') ?? call.optional('notebook_path') ?? call.optional('filePath')
      call.file('fs.read', path ?? call.text('path'))
    },
    example({ file_path: '/home/dev/app/src/a.ts' }, ['fs.read src/a.ts'], 'tool:Read:project:src'),
    example(
      { file_path: '~/.ssh/id_rsa' },
      ['fs.read ~/.ssh/id_rsa', 'secret.read ~/.ssh/id_rsa'],
      'tool:Read:secret',
    ),
    example({ file_path: ['a'] }, ['opaque malformed-input'], 'tool:Read'),
  ),
  row(
    'Write Edit MultiEdit',
    (call) => call.file('fs.write', call.text('file_path')),
    example(
      { file_path: 'src/a.ts', content: 'rm -rf /' },
      ['fs.write src/a.ts'],
      'tool:Write:project:src',
    ),
    example(
      { file_path: '/home/dev/.bashrc' },
      ['fs.write ~/.bashrc', 'persist ~/.bashrc'],
      'tool:Write:persist',
    ),
    example(
      { file_path: '.claude/settings.json' },
      ['fs.write .claude/settings.json', 'tamper .claude/settings.json'],
      'tool:Write:gate',
    ),
    example({ file_path: '../../../etc/hosts' }, ['fs.write /etc/hosts'], 'tool:Write:system'),
  ),
  row(
    'NotebookEdit',
    (call) => call.file('fs.write', call.text('notebook_path')),
    example({ notebook_path: 'n.ipynb' }, ['fs.write n.ipynb'], 'tool:NotebookEdit:project'),
  ),
  row(
    'Glob',
    glob,
    example({ pattern: 'src/**/*.ts' }, ['fs.read src'], 'tool:Glob:project'),
    example({ pattern: '/etc/*.conf' }, ['fs.read /etc'], 'tool:Glob:system'),
  ),
  row(
    'Grep',
    search,
    example({ pattern: 'rm -rf /', path: 'src' }, ['fs.read src'], 'tool:Grep:project'),
    example({ pattern: 'KEY', glob: '.env*' }, ['fs.read ', 'secret.read '], 'tool:Grep:project'),
    example({ pattern: 'x', path: '~' }, ['fs.read ~', 'secret.read ~'], 'tool:Grep:home'),
  ),
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
    'Agent',
    agent,
    example({ subagent_type: 'Explore', prompt: 'p' }, ['spawn Explore'], 'tool:Agent:Explore'),
    example({ prompt: 'p' }, ['spawn general-purpose'], 'tool:Agent:general-purpose'),
    example({ subagent_type: 'a:b c' }, ['spawn a:b c'], 'tool:Agent:a_b_c'),
  ),
  row('Skill', named('skill'), example({ skill: 'pdf' }, ['spawn pdf'], 'tool:Skill:pdf')),
  row(
    'SlashCommand',
    named('command'),
    example({ command: '/review 12' }, ['spawn review'], 'tool:SlashCommand:review'),
  ),
  row(
    'SendMessage',
    (call) => call.effect('spawn', { name: call.optional('to') ?? 'agent' }),
    example({ to: 'helper', message: 'x' }, ['spawn helper'], 'tool:SendMessage'),
  ),
  row(
    'TeamCreate TeamDelete TeamUpdate TeamList TeamGet',
    (call) =>
      call.tool.name === 'TeamCreate' ? call.effect('spawn', { name: 'team' }) : nothing(),
    example({ team_name: 'x' }, ['spawn team'], 'tool:TeamCreate'),
  ),
  row(
    'Workflow',
    (call) => {
      call.effect('spawn', { name: 'workflow' })
      call.opaque('workflow-script')
      const path = call.optional('scriptPath')
      if (path !== undefined) call.effect('fs.read', { path: call.resolve(path) })
    },
    example({ script: 'x' }, ['spawn workflow', 'opaque workflow-script'], 'tool:Workflow'),
  ),
  row(
    'CronCreate',
    cron,
    example({ cron: '* * * * *', prompt: 'p' }, ['spawn cron'], 'tool:CronCreate'),
    example(
      { cron: 'x', prompt: 'p', durable: true },
      ['spawn cron', 'persist cron'],
      'tool:CronCreate',
    ),
  ),
  row(
    'ScheduleWakeup',
    (call) => {
      if (call.field('stop') !== true && call.field('noop') !== true)
        call.effect('spawn', { name: 'wakeup' })
    },
    example({ delaySeconds: 60, prompt: 'p' }, ['spawn wakeup'], 'tool:ScheduleWakeup'),
    example({ stop: true }, [], 'tool:ScheduleWakeup'),
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
    },
    example({ server: 'crm', uri: 'x' }, ['opaque mcp-tool'], 'tool:mcp:crm:resource'),
  ),
  row(
    'EnterWorktree',
    worktreePath,
    example({ name: 'x' }, ['fs.write .claude/worktrees/x'], 'tool:EnterWorktree:project:.claude'),
  ),
  row(
    'ExitWorktree',
    (call) => {
      if (call.field('action') !== 'remove') return
      if (call.field('discard_changes') === true) call.effect('destroy.vcs', { name: 'worktree' })
      else call.effect('fs.delete', { path: call.resolve('.') })
    },
    example({ action: 'keep' }, [], 'tool:ExitWorktree'),
    example(
      { action: 'remove', discard_changes: true },
      ['destroy.vcs worktree'],
      'tool:ExitWorktree',
    ),
  ),
  row(
    'Config',
    (call) => {
      if (call.field('value') !== undefined) call.effect('tamper', { name: 'client-setting' })
    },
    example({ setting: 'theme' }, [], 'tool:Config'),
    example({ setting: 'disableAllHooks', value: true }, ['tamper client-setting'], 'tool:Config'),
  ),
  row(
    'REPL',
    (call) => {
      call.effect('exec', { program: 'repl' })
      call.opaque('inline-code')
    },
    example({ code: 'x' }, ['exec repl', 'opaque inline-code'], 'tool:REPL'),
  ),
  row(
    'BashOutput KillShell TaskStop TaskOutput TaskCreate TaskGet TaskList TaskUpdate TodoRead TodoWrite ' +
      'AskUserQuestion EnterPlanMode ExitPlanMode ToolSearch ListAgents ReportFindings CronDelete CronList ' +
      'ListMcpResources RefreshMcpTools ReadNotifications ShowOnboardingRolePicker OfferChromeSetup ' +
      'ProposeSkills ProposeGoal StructuredOutput EndConversation Sleep Brief',
    nothing,
    example({ todos: [] }, [], 'tool:BashOutput'),
  ),
]

const BY_NAME = new Map(TOOLS.flatMap((one) => one.names.map((name) => [name, one] as const)))

export const toolNamed = (name: string): ToolRow | undefined => BY_NAME.get(name)
