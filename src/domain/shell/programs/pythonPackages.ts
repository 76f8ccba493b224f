// Package managers of Python and Conda. Where a package goes depends on the environment that is
// active, which no command names: what the call says of it (`--user`, `--target`) is told.
import { isWithin } from '../../action/paths.ts'
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, literalWord, type ShellWord, textOf } from '../word.ts'
import { codeOf, inFolder } from './packageRunners.ts'
import { TOOLS } from './pythonTools.ts'

const NOTHING: Behaviour = {}
const FETCHES: Behaviour = { does: ['net.fetch'] }
const SENDS: Behaviour = { does: ['net.send'] }
const PROJECT: Behaviour = { does: ['exec', 'project-code'] }
const REFRESHES: Behaviour = { does: ['net.fetch', 'writes .', 'exec', 'package-code'] }

const PIP_VALUES =
  '-i --index-url --extra-index-url -f --find-links --trusted-host --index --default-index -r --requirement --requirements -c --constraint --constraints -e --editable -t --target --prefix --root -d --dest -w --wheel-dir --platform --python-version --implementation --abi --only-binary --no-binary --progress-bar --cache-dir --proxy --timeout --retries --cert --log --build-option --config-settings -p --python --group --extra -o --output-file'

/** Another index may hold other code under every name. */
const otherIndex = (call: ProgramCall): boolean =>
  call
    .valuesOf(
      '-i',
      '--index-url',
      '--extra-index-url',
      '-f',
      '--find-links',
      '--index',
      '--default-index',
    )
    .some((word) => /^[\w+]+:\/\//.test(word.text) || word.is !== 'literal')

const isUrl = (word: ShellWord): boolean => /^[\w+]+:\/\/|\s@\s/.test(word.text)

const pipInstall = (call: ProgramCall): void => {
  for (const file of call.valuesOf('-r', '--requirement', '--requirements', '-c', '--constraint'))
    call.take(/^https?:/.test(file.text) ? 'fetch' : 'read', file)
  const named = [...call.operands, ...call.valuesOf('-e', '--editable')]
  const lists = call.valuesOf('-r', '--requirement', '--requirements')
  const { project } = call.around.place
  const strange = lists.some((word) => !isWithin(call.pathOf(word) ?? '/', project))
  const foreign = otherIndex(call) || [...named, ...lists].some(isUrl)
  call.effect('net.fetch')
  if (call.has('--user')) inFolder(call, 'fs.write', '~/.local/lib')
  if (call.has('--break-system-packages', '--system'))
    inFolder(call, 'fs.write', '/usr/lib/python3')
  for (const word of call.valuesOf('-t', '--target', '--prefix', '--root')) call.take('write', word)
  call.exec(foreign || strange ? 'new-package' : codeOf(call, named))
}

/** Fetches, and to tell what a package needs also runs its code. */
const pipDownload = (call: ProgramCall): void => {
  pipInstall(call)
  const into = call.value('-d', '--dest', '-w', '--wheel-dir')
  if (into === undefined) call.takeDirectory('write')
  else call.take('write', into)
}

const PIP_REMOVES: Behaviour = {
  options: { '-r --requirement': 'read' },
  run: (call) => call.effect('fs.delete', { name: 'python-packages' }),
}

const cached = (folder: string): Behaviour => ({
  run: (call) => {
    const word = textOf(call.operands[0]) ?? 'dir'
    if (/^(?:clean|clear|rm|remove|purge|prune)$/.test(word)) inFolder(call, 'fs.delete', folder)
  },
})

const pipConfig: Behaviour = {
  run: (call) => {
    if (!/^(?:list|get|debug)$/.test(textOf(call.operands[0]) ?? 'list'))
      inFolder(call, 'fs.write', call.has('--site') ? './pip.conf' : '~/.config/pip/pip.conf')
  },
}

const PIP: Readonly<Record<string, Behaviour>> = {
  'list show freeze check debug inspect hash help version completion tree': NOTHING,
  'index search': FETCHES,
  install: { run: pipInstall },
  'download wheel': { run: pipDownload },
  'sync compile lock': { does: ['net.fetch', 'writes .', 'exec', 'package-code'] },
  uninstall: PIP_REMOVES,
  cache: cached('~/.cache/pip'),
  config: pipConfig,
}

/** `uv add x`, `poetry add x`: into the project's lists, and then what these name. */
export const ADDS: Behaviour = {
  options: { '-r --requirements': 'read' },
  run: (call) => {
    call.facts(['net.fetch', 'writes .'])
    call.exec(otherIndex(call) ? 'new-package' : codeOf(call, call.operands))
  },
}

/** A command in the project's environment; `-m` names a module, `--with` a further package. */
const inEnvironment = (call: ProgramCall): void => {
  for (const file of call.valuesOf('--env-file', '--with-requirements')) call.take('read', file)
  if (call.valuesOf('--with', '--with-editable').length > 0)
    call.facts(['net.fetch', 'new-package'])
  const module = call.value('-m', '--module')
  const words = call.operands
  if (module !== undefined) {
    call.runs([literalWord('python'), literalWord('-m'), module, ...words])
    return
  }
  const [first, ...rest] = words
  if (first === undefined) return
  const text = headOf(first)
  if (call.has('-s', '--script') || /\.pyw?$|^https?:/.test(text))
    call.runFile(first, 'python', rest)
  else call.runs(words)
}

/** Managers with scripts of their own: a name is the project's before it is a program's. */
const runScript = (call: ProgramCall): void => {
  call.exec('project-code')
  const [first] = call.operands
  const name = textOf(first)
  if (name !== undefined && name !== 'test' && call.around.knows(name)) call.runs(call.operands)
}

export const RUN: Behaviour = {
  style: 'posix',
  options: {
    '--with --with-editable --with-requirements -m --module --env-file --extra --group --only-group --no-group --package --index --index-url --default-index -p --python --project --directory -n --name --cwd':
      'data',
  },
  run: inEnvironment,
}

const exported = (call: ProgramCall): void => {
  const into = call.value('-o', '--output')
  if (into !== undefined) call.take('write', into)
}

const MANAGER_SUB: Readonly<Record<string, Behaviour>> = {
  'show tree check version list help about search info outdated why graph scripts explain status requirements':
    NOTHING,
  add: ADDS,
  'remove install sync lock update upgrade init new venv build import fix export-requirements fmt format make-req':
    REFRESHES,
  run: RUN,
  shell: PROJECT,
  export: {
    options: { '-o --output -f --format': 'data', '--output-file': 'write' },
    run: exported,
  },
  publish: SENDS,
  cache: cached('~/.cache'),
}

const environments: Behaviour = {
  sub: {
    'list info show find export activate use create prune': NOTHING,
    'remove rm': { does: ['fs.delete'] },
  },
  other: PROJECT,
}

export const PYTHON_PACKAGES: ReadonlyArray<ProgramRow> = [
  {
    names: 'pip pip3',
    options: { [PIP_VALUES]: 'data' },
    sub: PIP,
    examples: [
      'pip install -r requirements.txt => fs.read requirements.txt, net.fetch, exec pip, opaque package-code',
      'pip install requests => net.fetch, exec pip, opaque new-package',
      'pip install -e . => net.fetch, exec pip, opaque package-code',
      'pip install ".[dev]" => net.fetch, exec pip, opaque package-code',
      'pip install git+https://h.example/a.git => net.fetch, exec pip, opaque new-package',
      'pip install -r requirements.txt -i https://h.example/x => fs.read requirements.txt, net.fetch, exec pip, opaque new-package',
      'pip install --user x => net.fetch, fs.write ~/.local/lib, exec pip, opaque new-package',
      'pip list =>',
      'pip uninstall -y x => fs.delete python-packages',
      'pip download x -d out => net.fetch, exec pip, opaque new-package, fs.write out',
      'pip cache purge => fs.delete ~/.cache/pip',
      'pip cache dir =>',
      'pip config set global.index-url https://h.example => fs.write ~/.config/pip/pip.conf',
      'pip config list =>',
    ],
  },
  {
    names: 'pipenv',
    options: { [PIP_VALUES]: 'data' },
    sub: {
      'graph check verify scripts requirements open': NOTHING,
      'install upgrade': ADDS,
      'sync update lock uninstall clean': REFRESHES,
      run: { ...RUN, run: runScript },
      shell: PROJECT,
    },
    examples: [
      'pipenv install => net.fetch, fs.write ., exec pipenv, opaque package-code',
      'pipenv install x => net.fetch, fs.write ., exec pipenv, opaque new-package',
      'pipenv run pytest => exec pipenv, opaque project-code, exec pytest, opaque project-code',
    ],
  },
  {
    names: 'uv',
    options: {
      '--project --directory -C': 'chdir',
      '-p --python --with -g --group --extra --package --index --config-file --cache-dir': 'data',
    },
    sub: {
      ...MANAGER_SUB,
      pip: { options: { [PIP_VALUES]: 'data' }, sub: PIP },
      tool: TOOLS,
      python: {
        sub: {
          'list find dir': NOTHING,
          pin: { does: ['writes .python-version'] },
          uninstall: { does: ['fs.delete'] },
        },
        other: { does: ['net.fetch', 'writes ~/.local/share/uv/python', 'exec', 'package-code'] },
      },
      venv: {
        run: (call) => {
          call.take('write', call.operands[0] ?? literalWord('.venv'))
        },
      },
      cache: cached('~/.cache/uv'),
      self: {
        sub: { version: NOTHING },
        other: { does: ['net.fetch', 'writes ~/.local/bin', 'exec', 'package-code'] },
      },
      auth: { sub: { dir: NOTHING, token: { does: ['secret.read'] } }, other: SENDS },
      version: {
        options: { '--bump': 'data' },
        run: (call) => {
          if ((call.operands.length > 0 || call.has('--bump')) && !call.has('--dry-run'))
            call.facts(['writes pyproject.toml'])
        },
      },
      'generate-shell-completion': NOTHING,
    },
    examples: [
      'uv run pytest => exec pytest, opaque project-code',
      'uv run --with x pytest => net.fetch, opaque new-package, exec pytest, opaque project-code',
      'uv run -m pytest => exec pytest, opaque project-code',
      'uv run https://h.example/a.py => net.fetch h.example, exec uv, opaque remote-code',
      'uv run a.py => exec uv, opaque unread-script',
      'uv sync => net.fetch, fs.write ., exec uv, opaque package-code',
      'uv add x => net.fetch, fs.write ., exec uv, opaque new-package',
      'uv pip list =>',
      'uv pip install x => net.fetch, exec uv, opaque new-package',
      'uv pip uninstall x => fs.delete python-packages',
      'uv tool install ruff => net.fetch, fs.write ~/.local/bin/ruff, exec uv, opaque new-package',
      'uv tool run ruff check => fs.read .',
      'uv tool list =>',
      'uv venv => fs.write .venv',
      'uv cache clean => fs.delete ~/.cache/uv',
      'uv python install 3.13 => net.fetch, fs.write ~/.local/share/uv/python, exec uv, opaque package-code',
      'uv publish => net.send',
      'uv version =>',
      'uv version --bump minor => fs.write pyproject.toml',
    ],
  },
  {
    names: 'poetry hatch pdm rye',
    options: {
      '--project --directory -C': 'chdir',
      '-p --python --with --without -g --group --extra -E --extras --source': 'data',
    },
    sub: {
      ...MANAGER_SUB,
      config: {
        options: {},
        run: (call) => {
          const [key, value] = call.operands
          if (key === undefined || (value === undefined && !call.has('--unset', '--delete'))) return
          if (call.has('--local')) call.facts(['writes .'])
          else inFolder(call, 'fs.write', '~/.config/pypoetry/config.toml')
          if (/token|basic|password/.test(key.text)) call.effect('secret.read')
        },
      },
      run: { ...RUN, run: runScript },
      version: {
        run: (call) => {
          if (call.operands.length > 0) call.facts(['writes pyproject.toml'])
        },
      },
      env: environments,
      venv: environments,
      'self plugin': {
        sub: { 'show list': NOTHING },
        other: { does: ['net.fetch', 'writes ~/.local/share', 'exec', 'new-package'] },
      },
      source: { sub: { show: NOTHING }, other: { does: ['writes .'] } },
    },
    other: PROJECT,
    examples: [
      'poetry install => net.fetch, fs.write ., exec poetry, opaque package-code',
      'poetry add x => net.fetch, fs.write ., exec poetry, opaque new-package',
      'poetry publish => net.send',
      'poetry env info =>',
      'hatch test => exec hatch, opaque project-code',
      'poetry run rm a => exec poetry, opaque project-code, fs.delete a',
    ],
  },
]
