import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyseCall } from '../../../../src/domain/action/analyse.ts'
import { describeEffect, OBSERVED, PLACE } from '../../action/describe.ts'

const effectsOf = (command: string): ReadonlyArray<string> =>
  analyseCall({ name: 'Bash', input: { command } }, PLACE, OBSERVED).effects.map(describeEffect)

/** Commands that take what the project's own lists name, and the option-like words around a name. */
const INSTALLERS = [
  ['npm install', '--save-dev'],
  ['npm i', '--no-audit'],
  ['pnpm add', '-D'],
  ['yarn add', '--exact'],
  ['bun add', '--dev'],
  ['pip install', '--quiet'],
  ['pip3 install', '-U'],
  ['python -m pip install', '--no-cache-dir'],
  ['uv add', '--dev'],
  ['uv pip install', '--upgrade'],
  ['poetry add', '--lock'],
  ['pipenv install', '--dev'],
  ['cargo add', '--dev'],
  ['gem install', '--no-document'],
  ['bundle add', '--quiet'],
  ['composer require', '--dev'],
  ['brew install', '--quiet'],
  ['apt-get install', '-y'],
  ['dnf install', '-y'],
  ['apk add', '--no-cache'],
  ['conda install', '-y'],
] as const

describe('package managers', () => {
  it('say that a package is new wherever the call names it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...INSTALLERS),
        fc.stringMatching(/^[a-z][a-z0-9-]{1,12}$/),
        fc.boolean(),
        fc.boolean(),
        ([command, option], name, before, after) => {
          const words = [command, ...(before ? [option] : []), name, ...(after ? [option] : [])]
          expect(effectsOf(words.join(' '))).toContain('opaque new-package')
        },
      ),
    )
  })

  it('take what the project names for its own', () => {
    for (const command of [
      'npm install',
      'npm ci',
      'pnpm i --frozen-lockfile',
      'yarn',
      'bun install',
      'pip install -r requirements.txt',
      'pip install -e .',
      'uv sync',
      'poetry install --no-root',
      'bundle install',
      'composer install',
      'mix deps.get',
    ]) {
      const effects = effectsOf(command)
      expect(effects, command).toContain('opaque package-code')
      expect(effects, command).not.toContain('opaque new-package')
    }
  })

  it('do not hide a package behind a variable, an address, an archive or another index', () => {
    for (const command of [
      'npm install $PKG',
      'npm install "$PKG"',
      'npm install https://h.example/a.tgz',
      'npm install git+ssh://h.example/a',
      'npm install owner/repo',
      'npm install ./a.tgz',
      'npm ci --registry=https://h.example && npm i --registry https://h.example',
      'pip install -r https://h.example/r.txt',
      'pip install -r /tmp/r.txt',
      'pip install -r requirements.txt --extra-index-url https://h.example',
      'pip install "a @ https://h.example/a.whl"',
      'pip install -e git+https://h.example/a#egg=a',
      'pip install ./a.whl',
      'npx -p x tsc',
      'uvx --from x ruff',
      'uv run --with x pytest',
      'cargo install --git https://h.example/a',
      'go run h.example/a@latest',
    ])
      expect(effectsOf(command), command).toContain('opaque new-package')
  })

  it('name the folder outside the project that is written to or cleaned', () => {
    for (const [command, effect] of [
      ['npm i -g x', 'fs.write /usr/local/lib/node_modules'],
      ['npm --location=global i x', 'fs.write /usr/local/lib/node_modules'],
      ['npm config set registry x', 'fs.write ~/.npmrc'],
      ['npm cache clean -f', 'fs.delete ~/.npm/_cacache'],
      ['pip install --user x', 'fs.write ~/.local/lib'],
      ['cargo install x', 'fs.write ~/.cargo/bin/x'],
      ['cargo uninstall x', 'fs.delete ~/.cargo/bin/x'],
      ['go install h.example/x@v1', 'fs.write ~/go/bin'],
      ['uv tool install x', 'fs.write ~/.local/bin/x'],
      ['brew upgrade', 'fs.write /opt/homebrew'],
      ['apt-get install x', 'fs.write /usr'],
      ['nvm install 22', 'fs.write ~/.nvm'],
    ] as const)
      expect(effectsOf(command), command).toContain(effect)
  })

  it('tell the removal of what the system stands on from any other', () => {
    for (const command of [
      'apt-get purge -y libc6',
      'apt remove systemd',
      "apt-get remove '*'",
      'dpkg -r --force-all x',
      'rpm -e --nodeps x',
      'pacman -Rdd bash',
      'apk del busybox',
      'dnf remove kernel-core',
    ])
      expect(effectsOf(command), command).toContain('destroy.system system-packages')
    for (const command of ['apt-get remove nginx', 'brew uninstall jq', 'pacman -Rs jq'])
      expect(effectsOf(command), command).toEqual(['fs.delete system-packages'])
  })

  it('do nothing where they only look', () => {
    for (const command of [
      'npm ls',
      'npm outdated',
      'npm run',
      'pip list',
      'pip show x',
      'uv tree',
      'poetry show',
      'cargo --list',
      'gem list',
      'brew list',
      'brew info jq',
      'apt list',
      'dpkg -l',
      'pacman -Qe',
      'rpm -qa',
      'conda list',
      'nvm ls',
      'apt-get -s install x',
    ])
      expect(effectsOf(command), command).toEqual([])
  })

  it('are read through their runners', () => {
    for (const runner of ['npx', 'npm exec --', 'pnpm exec', 'pnpm dlx', 'yarn dlx', 'bunx'])
      expect(effectsOf(`${runner} rimraf ~`), runner).toContain('destroy.data ~')
    for (const runner of ['uv run', 'poetry run', 'pipenv run', 'conda run -n x', 'bundle exec'])
      expect(effectsOf(`${runner} rm -rf ~`), runner).toContain('destroy.data ~')
  })
})
