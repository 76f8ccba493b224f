import { describe, expect, it } from '@effect/vitest'
import * as Effect from 'effect/Effect'
import * as Fiber from 'effect/Fiber'
import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  askVersion,
  findClient,
  runClient,
  versionOnDisk,
  versionWarning,
} from '../../../src/infra/client/clientProgram.ts'
import { fakeClient } from './fakeClient.ts'
import { tempHome, write } from './tempHome.ts'

describe('finding the client', () => {
  it('takes the first program in PATH, and never one of the folder it stands in', () => {
    const at = tempHome()
    const { env } = fakeClient(at)
    const here = process.cwd()
    try {
      process.chdir(at.project)
      write(path.join(at.project, 'claude'), '#!/bin/sh\n', 0o755)
      write(path.join(at.project, 'relative/claude'), '#!/bin/sh\n', 0o755)
      expect(findClient(at.home, { PATH: `:.:${env['PATH']}` })).toBe(
        path.join(at.home, 'bin/claude'),
      )
    } finally {
      process.chdir(here)
    }
  })

  it('knows where its installers put it, and passes over what cannot be run', () => {
    const { home } = tempHome()
    const PATH = path.join(home, 'bin')
    fs.mkdirSync(path.join(PATH, 'claude'))
    const local = write(path.join(home, '.claude/local/claude'), '#!/bin/sh\n', 0o755)
    expect(findClient(home, { PATH })).toBe(local)
    write(path.join(home, '.local/bin/claude'), '', 0o644)
    expect(findClient(home, {})).toBe(local)
  })
})

describe('the version of the client', () => {
  it('is read off the disk for the native installer and for npm', () => {
    const { home } = tempHome()
    const native = write(path.join(home, '.local/share/claude/versions/2.1.329'), '', 0o755)
    const link = path.join(home, 'bin/claude')
    fs.symlinkSync(native, link)
    expect(versionOnDisk(link)).toBe('2.1.329')
    const npm = path.join(home, 'lib/node_modules/@anthropic-ai/claude-code')
    write(path.join(npm, 'package.json'), { name: '@anthropic-ai/claude-code', version: '2.1.197' })
    expect(versionOnDisk(write(path.join(npm, 'bin/cli.js'), ''))).toBe('2.1.197')
  })

  it('is not known where the files do not say it', () => {
    const { home } = tempHome()
    write(path.join(home, 'bin/package.json'), { name: 'other', version: '1.0.0' })
    expect(versionOnDisk(write(path.join(home, 'bin/claude'), ''))).toBe(null)
    expect(versionOnDisk(path.join(home, 'nowhere'))).toBe(null)
  })

  it('is warned of below the first that honours onFailure', () => {
    expect(versionWarning('2.1.294')).toContain('2.1.295')
    expect(versionWarning('2.0.999')).not.toBe(null)
    expect(versionWarning('2.1.295')).toBe(null)
    expect(versionWarning('10.0.0')).toBe(null)
    expect(versionWarning(null)).toBe(null)
  })
})

describe('running the client', () => {
  const clientOf = (body: string) => {
    const at = tempHome()
    const { env } = fakeClient(at, body)
    return { at, client: { program: path.join(at.home, 'bin/claude'), env } }
  }

  it.effect('answers what it prints, from the folder it was told', () =>
    Effect.gen(function* () {
      const { at, client } = clientOf('echo "in $PWD"; cat')
      expect(yield* runClient(client, ['plugin'], at.project)).toBe(`in ${at.project}\n`)
      expect(yield* askVersion(client, at.home)).toBe('2.1.329')
    }),
  )

  it.effect('says in one line why it failed, in the client’s own words', () =>
    Effect.gen(function* () {
      const { at, client } = clientOf(
        `printf '{"outcome":"failed","message":"not\\\\u001b[2J there","failureCode":"not_installed"}\\n'; exit 1`,
      )
      const failure = yield* Effect.flip(runClient(client, ['plugin', 'list'], at.home))
      expect(failure).toMatchObject({
        command: 'claude plugin list',
        reason: 'failed',
        detail: 'not [2J there',
        code: 'not_installed',
      })
    }),
  )

  it.effect('ends one that hangs, and reports one that cannot be run', () =>
    Effect.gen(function* () {
      const { at, client } = clientOf('exec sleep 60')
      const slow = yield* Effect.flip(runClient(client, ['x'], at.home, 50))
      expect(slow.reason).toBe('timeout')
      const gone = yield* Effect.flip(runClient({ ...client, program: '/no/claude' }, [], at.home))
      expect(gone.reason).toBe('not-run')
      const nowhere = yield* Effect.flip(runClient(client, ['x'], '/no/folder'))
      expect(nowhere.reason).toBe('not-run')
    }),
  )

  it.live('kills it when it is interrupted', () =>
    Effect.gen(function* () {
      const { at, client } = clientOf('echo $$ > pid; exec sleep 60')
      const fiber = yield* Effect.forkChild(runClient(client, ['x'], at.project))
      const file = path.join(at.project, 'pid')
      while (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') === '') yield* Effect.sleep(5)
      yield* Fiber.interrupt(fiber)
      const pid = Number(fs.readFileSync(file, 'utf8'))
      for (;;) {
        try {
          process.kill(pid, 0)
        } catch {
          break
        }
        yield* Effect.sleep(5)
      }
      expect(() => process.kill(pid, 0)).toThrow()
    }),
  )
})
