// Tools that run commands, scripts or program text.
import { shellDraft } from '../shell/shellDraft.ts'
import { capability } from './capability.ts'
import { codeDraft } from './codeText.ts'
import type { CallReading } from './toolCall.ts'
import { example, row, type ToolRow } from './toolRow.ts'

const command = (call: CallReading, field: string): void => {
  const text = call.text(field)
  if (text !== undefined) call.include(shellDraft(text, call.place, call.tool.name, call.sources))
}

const bash = (call: CallReading): void => {
  command(call, 'command')
  surroundings(call)
}

const powershell = (call: CallReading): void => {
  const text = call.text('command')
  if (text !== undefined) {
    const { capabilities, ...draft } = codeDraft(
      'powershell',
      text,
      call.place,
      call.tool.name,
      call.sources,
    )
    // The shell itself is the tool, not a program that a command started.
    const own = capability(call.tool.name)
    const started = capability(call.tool.name, 'pwsh')
    call.include({
      ...draft,
      capabilities: capabilities.map((one) => (one === started ? own : one)),
      effects: draft.effects.map((effect) =>
        effect.capability === started ? { ...effect, capability: own } : effect,
      ),
    })
  }
  surroundings(call)
}

const surroundings = (call: CallReading): void => {
  if (call.field('run_in_background') === true) call.effect('spawn', { name: 'background' })
  if (call.field('dangerouslyDisableSandbox') === true)
    call.effect('privilege', { name: 'no-sandbox' })
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

export const SHELL_TOOLS: ReadonlyArray<ToolRow> = [
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
    powershell,
    example({ command: 'dir' }, ['exec pwsh'], 'tool:PowerShell'),
    example(
      { command: 'Remove-Item -Recurse -Force C:\\' },
      ['exec pwsh', 'fs.delete /C:', 'destroy.data /C:', 'destroy.system drive'],
      'tool:PowerShell',
    ),
    example(
      { command: 'git status; ri build -r' },
      ['exec pwsh', 'fs.delete build'],
      'tool:PowerShell',
      'tool:PowerShell:git:status',
    ),
    example(
      { command: 'Foo-Bar' },
      ['exec pwsh', 'exec Foo-Bar', 'opaque unknown-program'],
      'tool:PowerShell',
      'tool:PowerShell:Foo-Bar',
    ),
    example({}, ['opaque malformed-input'], 'tool:PowerShell'),
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
    'REPL',
    (call) => {
      call.effect('exec', { program: 'repl' })
      call.opaque('inline-code')
    },
    example({ code: 'x' }, ['exec repl', 'opaque inline-code'], 'tool:REPL'),
  ),
]
