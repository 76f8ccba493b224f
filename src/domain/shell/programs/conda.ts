// Conda and its kind: environments of their own, in the user's folder unless the call names another.
import type { Behaviour, ProgramRow } from '../program.ts'
import { codeOf, inFolder } from './packageRunners.ts'
import { ADDS, RUN } from './pythonPackages.ts'

const NOTHING: Behaviour = {}
const PROJECT: Behaviour = { does: ['exec', 'project-code'] }

const CONDA_CREATES: Behaviour = {
  options: { '-n --name -p --prefix -f --file -c --channel': 'data' },
  run: (call) => {
    for (const file of call.valuesOf('-f', '--file')) call.take('read', file)
    call.effect('net.fetch')
    const folder = call.value('-p', '--prefix')
    if (folder !== undefined) call.take('write', folder)
    else inFolder(call, 'fs.write', '~/.conda/envs')
    call.exec(codeOf(call, call.operands))
  },
}

export const CONDA: ReadonlyArray<ProgramRow> = [
  {
    names: 'conda mamba micromamba',
    options: { '-n --name -p --prefix -c --channel -f --file': 'data' },
    sub: {
      'list info compare doctor notices repoquery --version': NOTHING,
      search: { does: ['net.fetch'] },
      'create install': CONDA_CREATES,
      'update upgrade': CONDA_CREATES,
      'remove uninstall': {
        run: (call) => call.effect('fs.delete', { name: 'conda-environment' }),
      },
      'clean rename': { does: ['writes ~/.conda'] },
      env: {
        sub: {
          'list export config': NOTHING,
          'create update': CONDA_CREATES,
          remove: { run: (call) => call.effect('fs.delete', { name: 'conda-environment' }) },
        },
      },
      'export activate deactivate shell': NOTHING,
      config: {
        run: (call) => {
          if (!call.has('--show', '--get', '--show-sources', '--describe', '--validate'))
            inFolder(call, 'fs.write', '~/.condarc')
        },
      },
      init: { does: ['writes ~/.bashrc'] },
      run: RUN,
    },
    other: { does: ['exec', 'package-code'] },
    examples: [
      'conda list =>',
      'conda create -n x python=3.12 => net.fetch, fs.write ~/.conda/envs, exec conda, opaque new-package',
      'conda env create -f environment.yml => fs.read environment.yml, net.fetch, fs.write ~/.conda/envs, exec conda, opaque package-code',
      'conda env remove -n x => fs.delete conda-environment',
      'conda run -n x pytest => exec pytest, opaque project-code',
    ],
  },
  {
    names: 'pixi',
    options: { '-e --environment -p --platform -f --feature --manifest-path': 'data' },
    sub: {
      'list ls info tree search task project workspace config completion shell-hook': NOTHING,
      'add remove rm': ADDS,
      'install i lock update upgrade init': {
        does: ['net.fetch', 'writes .', 'exec', 'package-code'],
      },
      'run r exec shell': PROJECT,
      clean: { does: ['writes .pixi'] },
      global: {
        sub: { 'list ls tree': NOTHING },
        other: { does: ['net.fetch', 'writes ~/.pixi', 'exec', 'new-package'] },
      },
      'auth upload': { does: ['net.send'] },
    },
    examples: [
      'pixi run test => exec pixi, opaque project-code',
      'pixi add x => net.fetch, fs.write ., exec pixi, opaque new-package',
    ],
  },
]
