// Tools of Python that are run or installed outside every project: uvx, pipx, `uv tool`, twine.
import type { Behaviour, ProgramRow } from '../program.ts'
import { codeOf, inFolderByName, packaged } from './packageRunners.ts'

const NOTHING: Behaviour = {}
const SENDS: Behaviour = { does: ['net.send'] }

export const TOOLS: Behaviour = {
  sub: {
    'list dir ls environment': NOTHING,
    'run runx': {
      style: 'posix',
      options: { '--from --with -p --python --index --spec': 'data' },
      run: packaged,
    },
    'uninstall uninstall-all': { run: (call) => inFolderByName(call, 'fs.delete', '~/.local/bin') },
    'upgrade upgrade-all update-shell ensurepath': {
      does: ['net.fetch', 'writes ~/.local/bin', 'exec', 'package-code'],
    },
  },
  other: {
    options: { '--from --with -p --python --index': 'data' },
    run: (call) => {
      call.effect('net.fetch')
      inFolderByName(call, 'fs.write', '~/.local/bin')
      call.exec(codeOf(call, call.operands))
    },
  },
}

export const PYTHON_TOOLS: ReadonlyArray<ProgramRow> = [
  {
    names: 'uvx',
    style: 'posix',
    options: { '--from --with -p --python --index --index-url --default-index': 'data' },
    run: packaged,
    examples: [
      'uvx ruff check => fs.read .',
      'uvx frob => net.fetch, exec uvx, opaque new-package',
      'uvx --from x ruff => net.fetch, exec uvx, opaque new-package',
    ],
  },
  {
    names: 'pipx',
    options: { '--python --index-url': 'data' },
    sub: {
      'list environment completions': NOTHING,
      run: { style: 'posix', options: { '--spec --python': 'data' }, run: packaged },
      'install inject install-all reinstall reinstall-all upgrade upgrade-all': TOOLS.other!,
      'uninstall uninstall-all uninject': {
        run: (call) => inFolderByName(call, 'fs.delete', '~/.local/bin'),
      },
      ensurepath: { does: ['writes ~/.bashrc'] },
    },
    examples: [
      'pipx run black --check . => fs.read .',
      'pipx install x => net.fetch, fs.write ~/.local/bin/x, exec pipx, opaque new-package',
      'pipx list =>',
    ],
  },
  {
    names: 'twine',
    sub: { check: NOTHING },
    other: SENDS,
    examples: ['twine check dist/a.whl =>', 'twine upload dist/a.whl => net.send'],
  },
]
