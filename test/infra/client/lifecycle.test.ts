import { describe, expect, it } from '@effect/vitest'
import * as Effect from 'effect/Effect'
import * as Fiber from 'effect/Fiber'
import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  disable,
  enable,
  type Host,
  install,
  type Program,
  uninstall,
} from '../../../src/infra/client/lifecycle.ts'
import { markerFile, scriptFile } from '../../../src/infra/client/plugin.ts'
import { wiringStatus } from '../../../src/infra/client/wiring.ts'
import { prepareDirs } from '../../../src/infra/files/prepareDirs.ts'
import { fakeClient } from './fakeClient.ts'
import { tempHome, type TempHome, text, write } from './tempHome.ts'

const PROGRAM: Program = {
  version: '1.2.3',
  cli: ['/opt/node', '/opt/isonapse.cjs'],
  node: process.execPath,
  start: ['/opt/node', '/opt/daemon.js'],
  startEnvironment: { HOME: '/home/ada' },
  mode: 'profile',
}

const USER = { scope: 'user' } as const
const ODD =
  '\uFEFF{\r\n\t"model" : "opus",\r\n\t"hooks":{ "Stop":[ ] }, "cleanupPeriodDays":3.0e1 }\r\n'

const setUp = (env: (at: TempHome) => Host['env'] = () => ({})) => {
  const at = tempHome()
  // Never the machine's own client.
  const host: Host = { paths: at.paths, home: at.home, env: env(at), client: null }
  const settings = write(path.join(at.clientDir, 'settings.json'), ODD, 0o640)
  const status = (projectDir?: string) =>
    wiringStatus({
      home: at.home,
      paths: at.paths,
      managed: at.managed,
      ...(projectDir === undefined ? {} : { projectDir }),
    })
  return { at, host, settings, status, paths: at.paths }
}

const listed = (dir: string): ReadonlyArray<string> =>
  fs.existsSync(dir) ? fs.readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort() : []

describe('installing', () => {
  it.effect('makes the plugin, registers it and says so', () =>
    Effect.gen(function* () {
      const { host, settings, status, paths } = setUp()
      const report = yield* install(host, PROGRAM, USER)
      expect(report.complete).toBe(true)
      expect(report.next[0]).toContain('restart Claude Code')
      expect(yield* status()).toMatchObject({ loaded: true, scope: 'user', drift: [] })
      expect(text(markerFile(paths))).toBe('profile\n')
      expect(text(settings).startsWith(ODD.slice(0, 60))).toBe(true)
      expect(text(`${settings}.isonapse-backup-1`)).toBe(ODD)
    }),
  )

  it.effect('does the same again without a change, and mends what was changed', () =>
    Effect.gen(function* () {
      const { host, settings, status, paths } = setUp()
      yield* install(host, PROGRAM, USER)
      const before = [text(settings), text(scriptFile(paths)), listed(host.home)]
      const again = yield* install(host, PROGRAM, USER)
      expect([text(settings), text(scriptFile(paths)), listed(host.home)]).toEqual(before)
      expect(again.steps.find(({ what }) => what === 'plugin')?.outcome).toBe('kept')
      write(scriptFile(paths), 'exit 0\n')
      expect((yield* status()).loaded).toBe(false)
      yield* install(host, PROGRAM, USER)
      expect((yield* status()).loaded).toBe(true)
    }),
  )

  it.effect('tightens the marker and never loosens it', () =>
    Effect.gen(function* () {
      const { host, paths } = setUp()
      yield* install(host, PROGRAM, USER)
      yield* install(host, { ...PROGRAM, mode: 'enforce' }, USER)
      expect(text(markerFile(paths))).toBe('enforce\n')
      yield* install(host, PROGRAM, USER)
      expect(text(markerFile(paths))).toBe('enforce\n')
      write(markerFile(paths), 'anything\n')
      yield* install(host, PROGRAM, USER)
      expect(text(markerFile(paths))).toBe('profile\n')
    }),
  )

  it.effect(
    'goes through the client where it is there, and keeps the layout it would destroy',
    () =>
      Effect.gen(function* () {
        const at = tempHome()
        const { env, calls } = fakeClient(at, 'rewrite "$HOME/.claude/settings.json"')
        const settings = write(path.join(at.clientDir, 'settings.json'), ODD, 0o640)
        yield* install({ paths: at.paths, home: at.home, env }, PROGRAM, USER)
        expect(calls()).toEqual([
          `${at.home}: plugin marketplace add ${at.paths.pluginDir} --json`,
          `${at.home}: plugin install isonapse@isonapse --scope user --json`,
        ])
        expect(text(settings).startsWith(ODD.slice(0, 60))).toBe(true)
        const status = yield* wiringStatus({ ...at, platform: 'linux' })
        expect(status).toMatchObject({ loaded: true, clientVersion: '2.1.329' })
      }),
  )

  it.live('gives the layout back when it is interrupted while the client works', () =>
    Effect.gen(function* () {
      const at = tempHome()
      const { env, calls } = fakeClient(
        at,
        'rewrite "$HOME/.claude/settings.json"; touch "$HOME/rewritten"; exec sleep 60',
      )
      const settings = write(path.join(at.clientDir, 'settings.json'), ODD, 0o640)
      const fiber = yield* Effect.forkChild(
        install({ paths: at.paths, home: at.home, env }, PROGRAM, USER),
      )
      while (!fs.existsSync(path.join(at.home, 'rewritten'))) yield* Effect.sleep(5)
      expect(text(settings).startsWith('{\n')).toBe(true)
      yield* Fiber.interrupt(fiber)
      expect(calls()).toHaveLength(1)
      expect(text(settings).startsWith(ODD.slice(0, 60))).toBe(true)
      expect((yield* wiringStatus(at)).loaded).toBe(true)
    }),
  )

  it.effect('is installed also when the client refuses', () =>
    Effect.gen(function* () {
      const at = tempHome()
      const { env } = fakeClient(at, `echo '{"message":"policy says no"}'; exit 1`)
      const report = yield* install({ paths: at.paths, home: at.home, env }, PROGRAM, USER)
      expect(report.complete).toBe(true)
      expect(report.steps.filter(({ detail }) => detail === 'policy says no')).toHaveLength(2)
      expect((yield* wiringStatus({ ...at })).loaded).toBe(true)
    }),
  )

  it.effect('enables a project in the project’s settings, without our paths in them', () =>
    Effect.gen(function* () {
      const { at, host, settings, status } = setUp()
      yield* install(host, PROGRAM, { scope: 'project', dir: at.project })
      const file = path.join(at.project, '.claude/settings.json')
      expect(JSON.parse(text(file))).toEqual({ enabledPlugins: { 'isonapse@isonapse': true } })
      expect(JSON.parse(text(settings).slice(1))).not.toHaveProperty('enabledPlugins')
      expect(yield* status(at.project)).toMatchObject({ loaded: true, scope: 'project' })
      expect((yield* status(at.home)).loaded).toBe(false)
    }),
  )

  it.effect('changes no settings that the client would ignore', () =>
    Effect.gen(function* () {
      const { host, settings, status } = setUp()
      write(settings, '{"model": 3}')
      const failure = yield* Effect.flip(install(host, PROGRAM, USER))
      expect(failure.message).toContain('model: expected a string')
      expect(text(settings)).toBe('{"model": 3}')
      expect((yield* status()).loaded).toBe(false)
      write(settings, '{"model": "opus"}')
      yield* install(host, PROGRAM, USER)
      expect((yield* status()).loaded).toBe(true)
    }),
  )

  it.effect('honours the folder the client is told to use', () =>
    Effect.gen(function* () {
      const { host, at, settings } = setUp((at) => ({
        CLAUDE_CONFIG_DIR: path.join(at.home, 'elsewhere'),
      }))
      yield* install(host, PROGRAM, USER)
      expect(text(path.join(at.home, 'elsewhere/settings.json'))).toContain('isonapse')
      expect(text(settings)).toBe(ODD)
      // The record knows it, whatever the environment says later.
      yield* uninstall({ ...host, env: {} })
      expect(fs.existsSync(path.join(at.home, 'elsewhere/settings.json'))).toBe(false)
    }),
  )
})

describe('disabling and enabling', () => {
  it.effect('removes the plugin, keeps data and configuration, and makes it again', () =>
    Effect.gen(function* () {
      const { at, host, settings, status, paths } = setUp()
      yield* install(host, PROGRAM, { scope: 'project', dir: at.project })
      yield* install(host, PROGRAM, USER)
      const policy = write(paths.policyFile, '{}')
      const entry = write(path.join(paths.witnessDir, '000003.log'), 'entries')
      const report = yield* disable(host)
      expect(report.complete).toBe(true)
      expect(fs.existsSync(paths.pluginDir)).toBe(false)
      expect(text(settings)).toBe(ODD)
      expect(fs.existsSync(path.join(at.project, '.claude/settings.json'))).toBe(false)
      expect([text(policy), text(entry)]).toEqual(['{}', 'entries'])
      expect((yield* status()).detail).toBe('disabled: isonapse hook enable')
      expect((yield* disable(host)).complete).toBe(true)
      yield* enable(host, PROGRAM)
      expect((yield* status()).loaded).toBe(true)
      expect(yield* status(at.project)).toMatchObject({ loaded: true, scope: 'project' })
    }),
  )

  it.effect('can be disabled after a project it was installed for is gone', () =>
    Effect.gen(function* () {
      const { at, host, settings, paths } = setUp()
      yield* install(host, PROGRAM, { scope: 'project', dir: at.project })
      fs.rmSync(at.project, { recursive: true })
      expect((yield* disable(host)).complete).toBe(true)
      expect(text(settings)).toBe(ODD)
      expect(fs.existsSync(paths.pluginDir)).toBe(false)
    }),
  )

  it.effect('has nothing to enable where nothing was installed', () =>
    Effect.gen(function* () {
      const { host } = setUp()
      expect((yield* Effect.flip(enable(host, PROGRAM)))._tag).toBe('NotInstalled')
    }),
  )

  it.effect('leaves the plugin in place while the settings still name it', () =>
    Effect.gen(function* () {
      const { host, settings, paths } = setUp()
      yield* install(host, PROGRAM, USER)
      write(settings, `${text(settings)},`)
      const report = yield* disable(host)
      expect(report.complete).toBe(false)
      expect(report.steps.at(-1)).toMatchObject({ what: 'settings', outcome: 'failed' })
      expect(fs.existsSync(scriptFile(paths))).toBe(true)
    }),
  )
})

describe('uninstalling', () => {
  const furnish = ({ paths }: TempHome) => {
    prepareDirs(paths)
    write(path.join(paths.keysDir, 'master.key'), 'secret', 0o600)
    write(path.join(paths.witnessDir, '000003.log'), 'entries')
    for (const file of [paths.authorityFile, paths.identityFile, paths.configFile, paths.logFile])
      write(file, 'x')
    write(paths.hookSocket, '')
  }

  it.effect('leaves nothing of ours and every byte of the rest', () =>
    Effect.gen(function* () {
      const { at, host, settings } = setUp()
      yield* install(host, PROGRAM, USER)
      furnish(at)
      write(path.join(at.clientDir, 'plugins/cache/isonapse/isonapse/1.2.3/hook.sh'), '')
      write(path.join(at.clientDir, 'plugins/cache/other/x'), '')
      write(path.join(at.clientDir, 'plugins/known_marketplaces.json'), {
        other: { source: {}, installLocation: '/o' },
        isonapse: { source: {}, installLocation: '/i' },
      })
      const report = yield* uninstall(host)
      expect(report.complete).toBe(true)
      expect(listed(path.join(at.home, 'isonapse'))).toEqual([])
      expect(text(settings)).toBe(ODD)
      expect(listed(path.join(at.clientDir, 'plugins'))).toEqual([
        'cache',
        'cache/other',
        'cache/other/x',
        'known_marketplaces.json',
      ])
      expect(text(path.join(at.clientDir, 'plugins/known_marketplaces.json'))).toBe(
        '{"other":{"source":{},"installLocation":"/o"}}',
      )
      const again = yield* uninstall(host)
      expect(again.complete).toBe(true)
      expect(again.steps.every(({ outcome }) => outcome !== 'done')).toBe(true)
    }),
  )

  it.effect('destroys the keys before anything else of the data', () =>
    Effect.gen(function* () {
      const { at, host } = setUp()
      yield* install(host, PROGRAM, USER)
      furnish(at)
      const { steps } = yield* uninstall(host)
      const first = (what: string) => steps.findIndex((step) => step.what === what)
      const order = ['settings', 'keys', 'data', 'configuration', 'sockets', 'plugin'].map(first)
      expect(order).toEqual([...order].sort((a, b) => a - b))
      expect(order).not.toContain(-1)
    }),
  )

  it.effect('touches no key while the client would still run hooks without a script', () =>
    Effect.gen(function* () {
      const { at, host, settings } = setUp()
      yield* install(host, PROGRAM, USER)
      furnish(at)
      const good = text(settings)
      write(settings, `${good},`)
      const report = yield* uninstall(host)
      expect(report.complete).toBe(false)
      expect(fs.existsSync(path.join(at.paths.keysDir, 'master.key'))).toBe(true)
      write(settings, good)
      expect((yield* uninstall(host)).complete).toBe(true)
      expect(listed(path.join(at.home, 'isonapse'))).toEqual([])
    }),
  )

  it.effect('keeps what somebody else put into our folders', () =>
    Effect.gen(function* () {
      const { at, host } = setUp()
      yield* install(host, PROGRAM, USER)
      furnish(at)
      const thesis = write(path.join(at.paths.dataDir, 'thesis.tex'), 'years of work')
      const outside = write(path.join(at.home, 'outside/precious'), 'x')
      fs.rmSync(at.paths.witnessDir, { recursive: true })
      fs.symlinkSync(path.dirname(outside), at.paths.witnessDir)
      const report = yield* uninstall(host)
      expect(text(thesis)).toBe('years of work')
      expect(text(outside)).toBe('x')
      expect(listed(at.paths.dataDir)).toEqual(['thesis.tex'])
      expect(report.steps).toContainEqual({
        what: 'data',
        path: at.paths.dataDir,
        outcome: 'kept',
        detail: 'holds something that is not ours',
      })
    }),
  )

  it.effect('unregisters although its record is lost or damaged', () =>
    Effect.gen(function* () {
      for (const content of [undefined, '{garbage']) {
        const { at, host, settings } = setUp()
        yield* install(host, PROGRAM, USER)
        const record = path.join(at.paths.configDir, 'wiring.json')
        if (content === undefined) fs.rmSync(record)
        else write(record, content)
        expect((yield* uninstall(host)).complete).toBe(true)
        expect(text(settings)).toBe(ODD)
        expect(listed(path.join(at.home, 'isonapse'))).toEqual([])
      }
    }),
  )

  it.effect('asks the client too, and does not mind that it knows nothing', () =>
    Effect.gen(function* () {
      const at = tempHome()
      const { env, calls } = fakeClient(
        at,
        `echo '{"message":"nothing there","failureCode":"not_installed"}'; exit 1`,
      )
      const report = yield* uninstall({ paths: at.paths, home: at.home, env })
      expect(report.complete).toBe(true)
      expect(calls()).toEqual([
        `${at.home}: plugin uninstall isonapse@isonapse --scope user --json`,
        `${at.home}: plugin marketplace remove isonapse --json`,
      ])
    }),
  )
})
