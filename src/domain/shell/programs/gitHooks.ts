// Managers of git hooks. A hook is code that every later commit or push runs: setting one up lasts.
import type { Behaviour, ProgramRow } from '../program.ts'
import { inFolder } from './packageRunners.ts'

const NOTHING: Behaviour = {}
const PROJECT: Behaviour = { does: ['exec', 'project-code'] }
const hooks: Behaviour = { run: (call) => call.effect('persist', { name: 'git-hooks' }) }

export const GIT_HOOKS: ReadonlyArray<ProgramRow> = [
  {
    names: 'pre-commit prek',
    options: { '-c --config -t --hook-type --files --from-ref --to-ref': 'data' },
    sub: {
      'run install-hooks hook-impl': PROJECT,
      'install uninstall init-templatedir': hooks,
      'clean gc': { run: (call) => inFolder(call, 'fs.delete', '~/.cache/pre-commit') },
      'autoupdate migrate-config': { does: ['net.fetch', 'writes .'] },
      'try-repo': { does: ['net.fetch', 'exec', 'new-package'] },
      'sample-config validate-config validate-manifest help': NOTHING,
    },
    examples: [
      'pre-commit run --all-files => exec pre-commit, opaque project-code',
      'pre-commit install => persist git-hooks',
      'pre-commit clean => fs.delete ~/.cache/pre-commit',
      'pre-commit sample-config =>',
    ],
  },
  {
    names: 'husky simple-git-hooks lefthook overcommit',
    sub: {
      'install init add set uninstall': hooks,
      'run check-install dump validate version': PROJECT,
    },
    run: (call) => call.effect('persist', { name: 'git-hooks' }),
    examples: [
      'husky install => persist git-hooks',
      'lefthook run pre-commit => exec lefthook, opaque project-code',
    ],
  },
]
