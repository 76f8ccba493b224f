import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  pluginFiles,
  markerFile,
  scriptFile,
  writePlugin,
} from '../../../src/infra/client/plugin.ts'
import { registeredIn, wiringStatus } from '../../../src/infra/client/wiring.ts'
import { writeWiringRecord } from '../../../src/infra/client/wiringRecord.ts'
import { ensurePrivateDir } from '../../../src/infra/files/secureDirs.ts'
import { writeMarker } from '../../../src/infra/transport/marker.ts'
import { clientOptions } from './clientOptions.ts'
import { tempHome, type TempHome, write } from './tempHome.ts'

const ID = 'isonapse@isonapse'

/** A home in which the plugin is installed for the user, as `install` leaves it. */
const installed = (record: { enabled?: boolean; project?: boolean; version?: string } = {}) => {
  const at = tempHome()
  const { paths } = at
  const plugin = {
    version: '1.2.3',
    cli: ['/opt/node', '/opt/isonapse.cjs'],
    client: clientOptions(paths.hookSocket, markerFile(paths)),
  }
  Result.getOrThrow(ensurePrivateDir(paths.configDir))
  Result.getOrThrow(writePlugin(paths, Result.getOrThrow(pluginFiles(plugin))))
  Result.getOrThrow(writeMarker(markerFile(paths), 'profile'))
  Result.getOrThrow(
    writeWiringRecord(paths, {
      format: 1,
      clientDir: at.clientDir,
      registrations: [
        record.project === true ? { scope: 'project', dir: at.project } : { scope: 'user' },
      ],
      enabled: record.enabled ?? true,
      plugin,
      clientProgram: null,
      clientVersion: record.version ?? '2.1.329',
    }),
  )
  return at
}

const base = ({ paths }: TempHome) => ({
  extraKnownMarketplaces: {
    isonapse: { source: { source: 'directory', path: paths.pluginDir } },
  },
  enabledPlugins: { [ID]: true },
})

/** Content of the client's files by layer; `user` is what our registration wrote unless told. */
interface Files {
  readonly user?: (base: object) => unknown
  readonly project?: unknown
  readonly local?: unknown
  readonly managed?: unknown
  readonly known?: (entry: object) => unknown
}

const statusWith = (files: Files, at: TempHome = installed()) => {
  const { clientDir, project, managed, home, paths } = at
  const ours = base(at)
  const user = files.user === undefined ? ours : files.user(ours)
  if (user !== undefined) write(path.join(clientDir, 'settings.json'), user)
  if (files.project !== undefined) write(path.join(project, '.claude/settings.json'), files.project)
  if (files.local !== undefined)
    write(path.join(project, '.claude/settings.local.json'), files.local)
  if (files.managed !== undefined) write(path.join(managed, 'managed-settings.json'), files.managed)
  if (files.known !== undefined)
    write(
      path.join(clientDir, 'plugins/known_marketplaces.json'),
      files.known({
        source: { source: 'directory', path: paths.pluginDir },
        installLocation: paths.pluginDir,
        lastUpdated: '2026-11-21T01:38:28.678Z',
      }),
    )
  return Effect.runSync(
    wiringStatus({ home, paths, projectDir: project, managed, platform: 'linux' }),
  )
}

const loadedWith = (files: Files): boolean => statusWith(files).loaded

/** Each row was tried with the real client: does PreToolUse reach our script? */
describe('whether the client would load our hooks, as the client was seen to decide', () => {
  it.each<[string, Files, boolean]>([
    ['as registered', {}, true],
    ['with nothing in the settings', { user: () => ({}) }, false],
    ['with no settings at all', { user: () => undefined }, false],
    ['with unrelated settings', { user: (b) => ({ ...b, model: 'opus', zzz: 1 }) }, true],
    ['with a comment in them', { user: (b) => `// mine\n${JSON.stringify(b)}` }, false],
    ['with a trailing comma', { user: (b) => JSON.stringify(b).replace(/}$/, ',}') }, false],
    ['with one invalid value', { user: (b) => ({ ...b, model: 3 }) }, false],
    ['with an invalid mode', { user: (b) => ({ ...b, permissions: { defaultMode: 'x' } }) }, false],
    ['with disableAllHooks as text', { user: (b) => ({ ...b, disableAllHooks: 'true' }) }, false],
    ['with disableAllHooks', { user: (b) => ({ ...b, disableAllHooks: true }) }, false],
    [
      'with disableAllHooks that a project takes back',
      { user: (b) => ({ ...b, disableAllHooks: true }), project: { disableAllHooks: false } },
      true,
    ],
    ['with disableAllHooks in the project', { project: { disableAllHooks: true } }, false],
    [
      'with the same that the local file takes back',
      { project: { disableAllHooks: true }, local: { disableAllHooks: false } },
      true,
    ],
    [
      'with it in a file of the project that is dropped',
      { project: '{"disableAllHooks":true,' },
      true,
    ],
    ['with it beside an invalid value', { local: { disableAllHooks: true, model: 3 } }, true],
    [
      'with the plugin disabled by the project',
      { project: { enabledPlugins: { [ID]: false } } },
      false,
    ],
    ['with the plugin disabled locally', { local: { enabledPlugins: { [ID]: false } } }, false],
    ['with no plugin named by the project', { project: { enabledPlugins: {} } }, true],
    [
      'with a project that redirects the marketplace',
      {
        project: {
          extraKnownMarketplaces: { isonapse: { source: { source: 'directory', path: '/e' } } },
        },
      },
      true,
    ],
    [
      'with the user’s marketplace elsewhere',
      {
        user: (b) => ({
          ...b,
          extraKnownMarketplaces: { isonapse: { source: { source: 'directory', path: '/e' } } },
        }),
      },
      false,
    ],
    [
      'with allowManagedHooksOnly of the user',
      { user: (b) => ({ ...b, allowManagedHooksOnly: true }) },
      true,
    ],
    [
      'with strictKnownMarketplaces of the user',
      { user: (b) => ({ ...b, strictKnownMarketplaces: [] }) },
      true,
    ],
    ['known to the client', { known: (entry) => ({ isonapse: entry }) }, true],
    [
      'known to the client alone',
      { user: () => ({ enabledPlugins: { [ID]: true } }), known: (entry) => ({ isonapse: entry }) },
      true,
    ],
    [
      'enabled, of a marketplace that nobody knows',
      { user: () => ({ enabledPlugins: { [ID]: true } }), known: () => ({}) },
      false,
    ],
    [
      'known at another folder',
      { known: (e) => ({ isonapse: { ...e, source: { source: 'directory', path: '/e' } } }) },
      false,
    ],
    [
      'known as installed elsewhere',
      { known: (e) => ({ isonapse: { ...e, installLocation: '/e' } }) },
      false,
    ],
    ['with a broken list of marketplaces', { known: () => '{garbage' }, false],
    ['with an invalid entry of another one', { known: (e) => ({ isonapse: e, foo: 3 }) }, false],
    ['with empty managed settings', { managed: {} }, true],
    ['with managed settings that are broken', { managed: '{x' }, false],
    ['with managed settings that are invalid', { managed: { model: 3 } }, false],
    ['with allowManagedHooksOnly', { managed: { allowManagedHooksOnly: true } }, false],
    ['with managed disableAllHooks', { managed: { disableAllHooks: true } }, false],
    [
      'with managed settings that keep hooks on',
      { managed: { disableAllHooks: false }, user: (b) => ({ ...b, disableAllHooks: true }) },
      true,
    ],
    ['with no marketplace allowed', { managed: { strictKnownMarketplaces: [] } }, false],
    ['with no marketplace in the other list', { managed: { allowedMarketplaces: [] } }, false],
    [
      'with marketplaces allowed by a pattern',
      { managed: { strictKnownMarketplaces: [{ source: 'pathPattern', pathPattern: '^/' }] } },
      true,
    ],
    [
      'with the plugin disabled by managed settings',
      { managed: { enabledPlugins: { [ID]: false } } },
      false,
    ],
    [
      'with the plugin enabled there and disabled locally',
      { managed: { enabledPlugins: { [ID]: true } }, local: { enabledPlugins: { [ID]: false } } },
      true,
    ],
    [
      'with it enabled there, and disableAllHooks of the user',
      {
        managed: { enabledPlugins: { [ID]: true } },
        user: (b) => ({ ...b, disableAllHooks: true }),
      },
      true,
    ],
    [
      'with it enabled there, and only managed hooks allowed',
      { managed: { enabledPlugins: { [ID]: true }, allowManagedHooksOnly: true } },
      true,
    ],
  ])('%s', (_, files, loaded) => {
    expect(loadedWith(files)).toBe(loaded)
  })

  it('knows managed settings that name or block our own folder', () => {
    const at = installed()
    const ours = [{ source: 'directory', path: at.paths.pluginDir }]
    expect(statusWith({ managed: { strictKnownMarketplaces: ours } }, at).loaded).toBe(true)
    expect(statusWith({ managed: { blockedMarketplaces: ours } }, at)).toMatchObject({
      loaded: false,
      detail: expect.stringContaining('blockedMarketplaces') as unknown,
    })
  })

  it('reads the parts of managed settings too', () => {
    const at = installed()
    write(path.join(at.managed, 'managed-settings.d/50-x.json'), { disableAllHooks: true })
    expect(statusWith({}, at).loaded).toBe(false)
  })
})

describe('what is said about the wiring', () => {
  it('names the layer that enables the plugin and the version of the client', () => {
    expect(statusWith({})).toEqual({
      loaded: true,
      scope: 'user',
      detail: '',
      clientVersion: '2.1.329',
      drift: [],
    })
    expect(
      statusWith(
        {
          user: (b) => ({ ...b, enabledPlugins: {} }),
          project: { enabledPlugins: { [ID]: true } },
        },
        installed({ project: true }),
      ),
    ).toMatchObject({ loaded: true, scope: 'project' })
  })

  it('looks into the project that it was installed for when it is told no other', () => {
    const at = installed({ project: true })
    write(path.join(at.project, '.claude/settings.json'), { enabledPlugins: { [ID]: true } })
    write(path.join(at.clientDir, 'settings.json'), { ...base(at), enabledPlugins: {} })
    const { home, paths, managed } = at
    const status = Effect.runSync(wiringStatus({ home, paths, managed }))
    expect(status).toMatchObject({ loaded: true, scope: 'project' })
    expect(registeredIn(paths)).toEqual({ scopes: ['project'], pluginDir: paths.pluginDir })
  })

  it('takes the user’s settings for what holds the gate where no record says it', () => {
    const { paths } = tempHome()
    expect(registeredIn(paths)).toEqual({ scopes: ['user'], pluginDir: paths.pluginDir })
  })

  it('warns of a client that lets a failing hook pass', () => {
    expect(statusWith({}, installed({ version: '2.1.197' }))).toMatchObject({
      loaded: true,
      detail: expect.stringContaining('2.1.197 ignores onFailure') as unknown,
    })
  })

  it('says what is to be done', () => {
    const { home, paths, managed } = tempHome()
    const fresh = Effect.runSync(wiringStatus({ home, paths, managed }))
    expect(fresh.detail).toBe('not installed: isonapse hook install')
    expect(statusWith({ user: () => ({}) }, installed({ enabled: false })).detail).toBe(
      'disabled: isonapse hook enable',
    )
    expect(statusWith({ user: () => ({ model: 3 }) }).detail).toContain('model: expected a string')
    expect(statusWith({ user: () => ({}) }, installed({ project: true })).detail).toBe(
      'installed for a project, and not for this folder',
    )
  })

  it('never repeats a control character or a secret of a file', () => {
    const at = installed()
    const status = statusWith({ user: () => '{"apiKey":"hunter2\u001b[2J" oops' }, at)
    expect(status.detail).not.toMatch(/hunter2|\p{Cc}/u)
    write(path.join(at.paths.pluginDir, 'isonapse/\u001b[2Jx'), '')
    expect(JSON.stringify(statusWith({}, at))).not.toContain('\\u001b')
  })

  it('finds every change of the files that make the hooks ours', () => {
    const changes: ReadonlyArray<readonly [string, (at: TempHome) => void, boolean]> = [
      ['script', ({ paths }) => write(scriptFile(paths), 'exit 0\n'), false],
      ['script', ({ paths }) => fs.rmSync(scriptFile(paths)), false],
      ['script', ({ paths }) => fs.chmodSync(scriptFile(paths), 0o666), true],
      [
        'hooks.json',
        ({ paths }) =>
          write(path.join(paths.pluginDir, 'isonapse/hooks/hooks.json'), '{"hooks":{}}'),
        false,
      ],
      [
        'plugin.json',
        ({ paths }) =>
          write(path.join(paths.pluginDir, 'isonapse/.claude-plugin/plugin.json'), '{}'),
        false,
      ],
      [
        'isonapse/.mcp.json',
        ({ paths }) => write(path.join(paths.pluginDir, 'isonapse/.mcp.json'), '{}'),
        true,
      ],
    ]
    for (const [subject, change, loaded] of changes) {
      const at = installed()
      change(at)
      const status = statusWith({}, at)
      expect([subject, status.loaded]).toEqual([subject, loaded])
      expect(status.drift.map((each) => each.subject)).toContain(subject)
      expect(status.detail).not.toBe('')
    }
  })

  it('has an answer for a damaged record', () => {
    const at = installed()
    for (const content of ['', '{}', '{"format":1}', 'null', '{"format":2}']) {
      write(path.join(at.paths.configDir, 'wiring.json'), content, 0o600)
      expect(statusWith({}, at)).toMatchObject({ loaded: false, drift: [] })
    }
  })
})
