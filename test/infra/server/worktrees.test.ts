import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { zoneOf } from '../../../src/domain/action/paths.ts'
import { placeIn } from '../../../src/infra/server/placeIn.ts'
import { surveyOf } from '../../../src/infra/server/survey.ts'
import { worktreesOf } from '../../../src/infra/server/worktrees.ts'
import { temporaryDir } from './plane.ts'

const git = (cwd: string, ...args: ReadonlyArray<string>) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' },
    stdio: 'ignore',
  })

const repository = () => {
  const home = path.join(temporaryDir(), 'home')
  const app = path.join(home, 'app')
  fs.mkdirSync(app, { recursive: true })
  git(app, 'init', '-q')
  git(app, 'commit', '-q', '--allow-empty', '-m', 'x')
  return { home, app }
}

const write = (file: string, text: string): void => {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
}

describe('the other working trees of a repository', () => {
  it('are found from the main one and from a linked one, as they come and go', () => {
    const { home, app } = repository()
    const linked = path.join(home, 'app-fix')
    expect(surveyOf(app, home)).toEqual({})
    git(app, 'worktree', 'add', '-q', linked, '-b', 'fix')
    expect(surveyOf(app, home).worktrees).toEqual([linked])
    expect(surveyOf(linked, home).worktrees).toEqual([app])
    const place = placeIn(app, app, home, [], surveyOf)
    expect(zoneOf(path.join(linked, 'src/a.ts'), place)).toBe('worktree')
    expect(zoneOf(path.join(linked, '.env'), place)).toBe('secret')
    expect(zoneOf(path.join(home, 'other/a.ts'), place)).toBe('home')
    git(app, 'worktree', 'remove', linked)
    expect(surveyOf(app, home).worktrees).toBeUndefined()
  })

  it('are none that a repository from elsewhere only claims', () => {
    const { home, app } = repository()
    const claim = (name: string, root: string) =>
      write(path.join(app, '.git/worktrees', name, 'gitdir'), `${root}/.git\n`)
    claim('home', home)
    claim('root', '')
    claim('etc', '/etc')
    claim('victim', path.join(home, 'victim'))
    fs.mkdirSync(path.join(home, 'victim/.git'), { recursive: true })
    claim('second', path.join(home, 'second'))
    write(path.join(home, 'second/.git'), `gitdir: ${home}/elsewhere/.git/worktrees/second\n`)
    expect(worktreesOf(app, home).roots).toEqual([])
    // Even one that points back is not, where it holds the home directory.
    write(path.join(home, '.git'), `gitdir: ${app}/.git/worktrees/home\n`)
    expect(worktreesOf(app, home).roots).toEqual([])
  })

  it('are none of a project that only claims to be a linked one', () => {
    const { home, app } = repository()
    const stranger = path.join(home, 'stranger')
    write(path.join(stranger, '.git'), `gitdir: ${app}/.git/worktrees/stranger\n`)
    expect(worktreesOf(stranger, home).roots).toEqual([])
    write(path.join(stranger, '.git'), 'gitdir: ../app/.git/modules/stranger\n')
    expect(worktreesOf(stranger, home).roots).toEqual([])
  })

  it('are read within bounds and without waiting', () => {
    const { home, app } = repository()
    for (let n = 0; n < 200; n++)
      write(path.join(app, `.git/worktrees/w${n}/gitdir`), `${home}/w${n}/.git\n`)
    for (let n = 0; n < 200; n++)
      write(path.join(home, `w${n}/.git`), `gitdir: ${app}/.git/worktrees/w${n}\n`)
    expect(worktreesOf(app, home).roots).toHaveLength(16)
    const piped = repository()
    fs.mkdirSync(path.join(piped.app, '.git/worktrees/p'), { recursive: true })
    execFileSync('mkfifo', [path.join(piped.app, '.git/worktrees/p/gitdir')])
    write(path.join(piped.app, '.git/worktrees/q/gitdir'), 'x'.repeat(100_000))
    expect(worktreesOf(piped.app, piped.home).roots).toEqual([])
  })
})
