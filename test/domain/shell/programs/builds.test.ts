import { describe, expect, it } from 'vitest'
import { analyseCall } from '../../../../src/domain/action/analyse.ts'
import { describeEffect, OBSERVED, PLACE } from '../../action/describe.ts'

const effectsOf = (command: string): ReadonlyArray<string> =>
  analyseCall({ name: 'Bash', input: { command } }, PLACE, OBSERVED).effects.map(describeEffect)

describe('builds, tests and formatters', () => {
  it('run the code of the project', () => {
    for (const command of ['make', 'make test', 'pytest -q tests', 'npx vitest run', 'cargo test'])
      expect(effectsOf(command).at(-1), command).toBe('opaque project-code')
  })

  it('do not run code from elsewhere under the name of the project', () => {
    for (const command of [
      'make -C /tmp/x',
      'make -f ../x.mk',
      'make -f"$F"',
      'ninja -C /tmp/x',
      'pytest /tmp/x_test.py',
      'pytest --rootdir=/tmp/x',
      'jest --config ../x.js',
      'eslint -c /tmp/x.js .',
      'gradle --init-script /tmp/x.gradle build',
      'cargo run --manifest-path=/tmp/x/Cargo.toml',
      'cmake -P ~/x.cmake',
      'npm --prefix /tmp/x test',
    ])
      expect(effectsOf(command), command).toContain('opaque outside-code')
    for (const command of ['make -f -', 'make --eval=x', "make 'A=$(shell x)'", 'make SHELL=./x'])
      expect(effectsOf(command), command).toContain('opaque inline-code')
  })

  it('rewrite files only where their program does, and those that are named', () => {
    for (const [checks, writes] of [
      ['prettier --check ../a', 'prettier --write ../a'],
      ['black --check ../a', 'black ../a'],
      ['isort --diff ../a', 'isort ../a'],
      ['ruff check ../a', 'ruff check --fix ../a'],
      ['ruff format --check ../a', 'ruff format ../a'],
      ['gofmt -l ../a', 'gofmt -w ../a'],
      ['clang-format ../a', 'clang-format -i ../a'],
      ['rustfmt --check ../a', 'rustfmt ../a'],
      ['shfmt -d ../a', 'shfmt -w ../a'],
      ['rubocop ../a', 'rubocop -A ../a'],
    ] as const) {
      expect(effectsOf(checks), checks).toEqual(['fs.read ~/a'])
      expect(effectsOf(writes), writes).toEqual(['fs.write ~/a'])
    }
  })

  it('say where they publish, and nowhere else', () => {
    for (const command of [
      'mvn clean deploy',
      'gradle publish',
      'gradle :a:b:publishAllPublicationsToX',
      'npx lerna publish',
      'npx changeset publish',
      'goreleaser release --clean',
      'twine upload dist/a.whl',
      'cargo publish',
      'uv publish',
      'npm publish',
    ])
      expect(effectsOf(command), command).toContain('net.send')
    for (const command of [
      'mvn clean package',
      'gradle publishToMavenLocal',
      'goreleaser release --snapshot',
      'cargo publish --dry-run',
      'npm publish --dry-run',
    ])
      expect(effectsOf(command), command).not.toContain('net.send')
  })

  it('are read through, where each argument is a command', () => {
    expect(effectsOf('npx concurrently "tsc -w" "rm -rf ~"')).toContain('destroy.data ~')
    expect(effectsOf('nodemon --exec "rm -rf ~"')).toContain('destroy.data ~')
    expect(effectsOf('cross-env A=1 B=2 rm -rf ~')).toContain('destroy.data ~')
    expect(effectsOf('cmake -E remove_directory ~')).toContain('destroy.data ~')
    expect(effectsOf('lerna exec -- rm -rf ~')).toContain('destroy.data ~')
  })

  it('report a hook that every later commit runs', () => {
    for (const command of ['pre-commit install', 'npx husky init', 'husky', 'lefthook install'])
      expect(effectsOf(command), command).toEqual(['persist git-hooks'])
  })

  it('keep a bound on commands within one command', () => {
    expect(effectsOf(`concurrently ${'a '.repeat(500)}`)).toContain('opaque too-large')
    expect(effectsOf(`git ${'-c core.pager=a '.repeat(500)} log`)).toContain('opaque too-large')
    expect(effectsOf(`git rebase ${'-x a '.repeat(1000)}`)).toContain('opaque too-large')
    expect(effectsOf(`black ${'a '.repeat(5000)}`)).toContain('opaque too-large')
  })
})
