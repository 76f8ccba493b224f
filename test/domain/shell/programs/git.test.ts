import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyseCall } from '../../../../src/domain/action/analyse.ts'
import { describeEffect, OBSERVED, PLACE } from '../../action/describe.ts'

const effectsOf = (command: string): ReadonlyArray<string> =>
  analyseCall({ name: 'Bash', input: { command } }, PLACE, OBSERVED).effects.map(describeEffect)

const LOOKS = ['status', 'log -3', 'diff HEAD', 'show HEAD', 'branch -v', 'tag -l', 'stash list']
const WORKS = ['commit -m x', 'pull', 'fetch', 'reset --hard', 'clean -fd', 'push --force', 'gc']

describe('git', () => {
  it('does the same whatever harmless options stand before the subcommand', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LOOKS, ...WORKS),
        fc.subarray([
          '--no-pager',
          '-p',
          '-C .',
          '--git-dir=.git',
          '--work-tree .',
          '-c user.name=me',
          '-c core.pager=cat',
          '--no-optional-locks',
          '--literal-pathspecs',
        ]),
        (command, options) => {
          expect(effectsOf(`git ${options.join(' ')} ${command}`)).toEqual(
            effectsOf(`git ${command}`),
          )
        },
      ),
    )
  })

  it('asks nothing about what only looks', () => {
    for (const command of LOOKS) expect(effectsOf(`git ${command}`), command).toEqual([])
  })

  it('reads the program of a setting on every subcommand, however the option is written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LOOKS, ...WORKS),
        fc.constantFrom(
          'core.pager',
          'core.editor',
          'core.sshCommand',
          'diff.external',
          'CORE.Pager',
        ),
        fc.constantFrom('-c ', '-c', '--no-pager -c '),
        (command, key, option) => {
          expect(effectsOf(`git ${option}${key}='rm -rf ~' ${command}`)).toContain('destroy.data ~')
        },
      ),
    )
  })

  it('sees through aliases that the command brings along', () => {
    for (const command of WORKS) {
      const [verb, ...rest] = command.split(' ')
      expect(effectsOf(`git -c alias.z=${verb} z ${rest.join(' ')}`)).toEqual(
        effectsOf(`git ${command}`),
      )
      expect(effectsOf(`git -c alias.z='!git ${command}' z`)).toEqual(effectsOf(`git ${command}`))
    }
  })

  it('does not take the quoted argument of an alias for shell text', () => {
    expect(effectsOf(`git -c alias.z='!echo' z '; rm a'`)).toEqual([])
    expect(effectsOf(`git -c alias.z='!echo' z "it's; rm a"`)).toEqual([])
  })

  it('finds the loss of published history in every spelling', () => {
    for (const command of [
      'push -f',
      'push --force origin main',
      'push origin main --force',
      'push -uf origin main',
      'push --forc',
      'push origin +main',
      'push origin main:+main',
      'push origin :main',
      'push --delete origin main',
      'push -d origin main',
      'push --mirror',
      'push --prune origin main',
      'push --force-with-lease=main:abc origin main',
      'push --force=true',
    ])
      expect(effectsOf(`git ${command}`), command).toContain('destroy.vcs')
    for (const command of ['push', 'push -u origin main', 'push origin a:b', 'push --tags'])
      expect(effectsOf(`git ${command}`), command).not.toContain('destroy.vcs')
  })

  it('finds the loss of uncommitted and unreachable work', () => {
    for (const command of [
      'reset --hard',
      'reset -q --hard HEAD',
      'checkout -- a',
      'checkout HEAD a',
      'checkout .',
      'checkout -f main',
      'restore a',
      'restore --staged --worktree a',
      'restore .',
      'switch -f main',
      'clean -xdf',
      'stash clear',
      'branch -D a',
      'branch -df a',
      'reflog expire --all',
      'gc --prune=now',
      'prune',
      'update-ref -d refs/heads/a',
      'rebase --abort',
      'filter-repo --path a',
      'worktree remove -f ../w',
      'tag -d v1',
      'read-tree -u --reset HEAD',
      'checkout-index -fa',
      'lfs migrate import',
    ])
      expect(effectsOf(`git ${command}`).join(), command).toContain('destroy.vcs')
    for (const command of [
      'reset HEAD a',
      'checkout main',
      'checkout -b a',
      'restore --staged a',
      'switch main',
      'switch -c a',
      'clean -nd',
      'stash',
      'stash pop',
      'branch -d a',
      'branch a',
      'commit --amend',
      'rebase main',
      'merge a',
      'worktree remove ../w',
    ])
      expect(effectsOf(`git ${command}`).join(), command).not.toContain('destroy.vcs')
  })

  it('does not take options behind -- or inside a message for its own', () => {
    expect(effectsOf('git commit -m "reset --hard"')).toEqual(['fs.write .git'])
    expect(effectsOf('git log --grep="push --force"')).toEqual([])
    expect(effectsOf('git checkout -- --help')).toContain('destroy.vcs')
    expect(effectsOf('git restore -- --staged')).toContain('destroy.vcs')
  })

  it('says where a change of settings, remotes or hooks makes later calls run other code', () => {
    for (const command of [
      'config core.pager ./x',
      'config --replace-all core.sshCommand ./x',
      'config set --append core.fsmonitor ./x',
      "config alias.st '!x'",
      'config core.hooksPath ../h',
      'config include.path ../x',
      'config "$KEY" x',
      'remote set-url origin x@h.example:a',
      'remote add o "ext::x"',
      'lfs install --local',
      'init --template=../t',
      'maintenance start',
    ])
      expect(effectsOf(`git ${command}`).join(), command).toContain('persist')
    for (const command of [
      'config core.pager less',
      'config alias.st status',
      'config user.name a',
    ])
      expect(effectsOf(`git ${command}`), command).toEqual(['fs.write .git'])
  })

  it('hands no credential out unseen', () => {
    expect(effectsOf('git show HEAD:.env')).toContain('secret.read .env')
    expect(effectsOf('git diff .env')).toContain('secret.read .env')
    expect(effectsOf('git blame config/.env.production')).toContain(
      'secret.read config/.env.production',
    )
    expect(effectsOf('git credential fill')).toContain('secret.read')
    expect(effectsOf('git config --get http.extraheader')).toContain('secret.read git-config')
  })

  it('is total on any words', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              'git',
              '-c',
              'alias.x=!x',
              'x',
              '--',
              '-C',
              'push',
              'submodule',
              'foreach',
            ),
            fc.string({ maxLength: 10 }),
          ),
          { maxLength: 12 },
        ),
        (words) => {
          expect(Array.isArray(effectsOf(`git ${words.join(' ')}`))).toBe(true)
        },
      ),
    )
  })

  it('comes to an end where an alias names itself', () => {
    expect(effectsOf(`git -c alias.z='!git -c alias.z="!git z" z' z`).length).toBeGreaterThan(0)
    expect(effectsOf('git -c alias.z=z z')).toEqual(['exec git', 'opaque unknown-subcommand'])
  })
})
