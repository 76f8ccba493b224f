// Tools that read and write files of the machine.
import type { CallReading } from './toolCall.ts'
import { example, row, type ToolRow } from './toolRow.ts'

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

const worktreePath = (call: CallReading): void => {
  const name = call.optional('path') ?? `.claude/worktrees/${call.optional('name') ?? ''}`
  call.file('fs.write', `${call.place.project}/${name}`)
}

export const FILE_TOOLS: ReadonlyArray<ToolRow> = [
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
    example({ pattern: 'KEY', glob: '.env*' }, ['fs.read .', 'secret.read .'], 'tool:Grep:project'),
    example({ pattern: 'x', path: '~' }, ['fs.read ~', 'secret.read ~'], 'tool:Grep:home'),
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
]
