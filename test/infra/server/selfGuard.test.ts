import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { GateMended, IntegrityViolated } from '../../../src/domain/event/event.ts'
import { ControlFailure } from '../../../src/domain/control/methods.ts'
import {
  disable,
  enable,
  type Host,
  install,
  type Program,
} from '../../../src/infra/client/lifecycle.ts'
import { markerFile, scriptFile } from '../../../src/infra/client/plugin.ts'
import type { HookEvent } from '../../../src/domain/hook/hookEvent.ts'
import { outsideProjects } from '../../../src/infra/server/placeIn.ts'
import { makePluginGuard } from '../../../src/infra/server/pluginGuard.ts'
import { makeSettingsGuard } from '../../../src/infra/server/settingsGuard.ts'
import { bash, type Plane, temporaryDir, withPlane } from './plane.ts'

const SESSION = '11111111-1111-4111-8111-111111111101'
const outside = { pid: process.pid }

const PROGRAM: Program = {
  version: '1.2.3',
  cli: ['/opt/node', '/opt/isonapse.cjs'],
  node: process.execPath,
  start: ['/opt/node', '/opt/daemon.js'],
  startEnvironment: { HOME: '/home/ada' },
  mode: 'enforce',
}

const hostOf = (plane: Plane): Host => ({
  paths: plane.paths,
  home: plane.home,
  env: {},
  client: null,
  announce: (plugin) =>
    Effect.tryPromise({
      try: async () => void (await plane.call('plugin.record', { ...plugin, ...outside })),
      catch: (error) => error as ControlFailure,
    }),
})

const put = (file: string, text: string | object): string => {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, typeof text === 'string' ? text : JSON.stringify(text))
  return file
}
const read = (file: string) => JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>

const base = (plane: Plane, event: string, more: object = {}) => ({
  session_id: SESSION,
  transcript_path: '/nowhere/transcript.jsonl',
  cwd: plane.project,
  hook_event_name: event,
  ...more,
})
const begin = (plane: Plane) =>
  plane.hook('SessionStart', base(plane, 'SessionStart', { source: 'startup' }))
const end = (plane: Plane) =>
  plane.hook('SessionEnd', base(plane, 'SessionEnd', { reason: 'other' }))
const changed = (plane: Plane, file: string, source: string) =>
  plane.hook('ConfigChange', base(plane, 'ConfigChange', { source, file_path: file }))
const decide = async (plane: Plane) => (await plane.hook('PreToolUse', bash(plane, 'ls'))).exit
const messageOf = ({ stdout }: { readonly stdout: string }): string =>
  stdout === ''
    ? ''
    : String((JSON.parse(stdout) as { systemMessage?: string }).systemMessage ?? '')

const told = async <T>(plane: Plane, tag: string): Promise<ReadonlyArray<T>> =>
  (await plane.entries()).filter(({ event }) => event._tag === tag).map(({ event }) => event as T)
const mended = async (plane: Plane) =>
  (await told<GateMended>(plane, 'GateMended')).map(({ subject }) => subject)
const violated = async (plane: Plane) =>
  (await told<IntegrityViolated>(plane, 'IntegrityViolated'))
    .filter(({ what }) => what === 'drift')
    .map(({ subject }) => subject)

const settingsOf = (plane: Plane) => path.join(plane.home, '.claude/settings.json')
const localOf = (plane: Plane) => path.join(plane.project, '.claude/settings.local.json')

const installed = async (plane: Plane, mode: 'profile' | 'enforce' = 'enforce') => {
  await Effect.runPromise(install(hostOf(plane), PROGRAM, { scope: 'user' }))
  if (mode === 'enforce') await plane.call('mode.set', { mode })
}

/** One of its own, which looks when it is told to. */
const guardOf = (plane: Plane, onMending?: (file: string) => void) =>
  makeSettingsGuard({
    paths: plane.paths,
    log: plane.context.log,
    outside: outsideProjects(plane.home, []),
    startOf: () => plane.project,
    isLoaded: () => true,
    onMended: () => Promise.resolve(),
    ...(onMending === undefined ? {} : { onMending }),
    now,
    onNotice: (line) => plane.logged.push(line),
  })

const event = (plane: Plane, kind: 'tool.after'): HookEvent => ({
  kind,
  name: 'PostToolUse',
  session: SESSION,
  cwd: plane.project,
  transcript: '/nowhere/transcript.jsonl',
  call: { name: 'Bash', input: {}, useId: 'x' },
  response: {},
})

/** Nobody else's clock: what was announced is written long ago. */
let ahead = 0
const now = () => Date.now() + ahead
const guarded = (use: (plane: Plane) => Promise<void>, base?: string) => {
  ahead = 0
  return withPlane(use, { now, ...(base === undefined ? {} : { base }) })
}
const later = () => {
  ahead += 60_000
}

describe('the client’s settings, while a session runs', () => {
  it('are put back after a change that would switch the gate off was kept out, and it says so', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const file = put(localOf(plane), { theme: 'dark', disableAllHooks: true })
      const answer = await changed(plane, file, 'local_settings')
      expect(answer.exit).toBe(2)
      const { reason } = JSON.parse(answer.stdout) as { reason: string }
      expect(reason).toContain('./.claude/settings.local.json says disableAllHooks')
      expect(messageOf(answer)).toContain('It was put back as it was')
      expect(messageOf(answer)).not.toContain('--accept')
      expect(await decide(plane)).toBe(0)
      expect(read(file)).toEqual({ theme: 'dark' })
      expect(await mended(plane)).toEqual(['disableAllHooks'])
      expect(await violated(plane)).toEqual(['disableAllHooks'])
      expect((await changed(plane, file, 'local_settings')).exit).toBe(0)
      expect(await mended(plane)).toEqual(['disableAllHooks'])
    })
  })

  it('are put back after the call that changed them, before the client even tells', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const before = read(settingsOf(plane))
      put(settingsOf(plane), '{"x')
      const stop = await plane.hook('Stop', base(plane, 'Stop', { stop_hook_active: false }))
      expect(messageOf(stop)).toContain('~/.claude/settings.json is not valid')
      expect(read(settingsOf(plane))).toEqual(before)
      fs.rmSync(settingsOf(plane))
      await end(plane)
      expect(read(settingsOf(plane))).toEqual(before)
      expect(await mended(plane)).toEqual(['unusable', 'missing'])
    })
  })

  it('pass where the change is none of the gate’s', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const file = put(settingsOf(plane), {
        ...read(settingsOf(plane)),
        theme: 'light',
        permissions: { allow: ['Bash(ls:*)'] },
      })
      expect((await changed(plane, file, 'user_settings')).exit).toBe(0)
      await end(plane)
      expect(await violated(plane)).toEqual([])
      expect(fs.readdirSync(path.dirname(file)).filter((name) => name.includes('backup'))).toEqual(
        [],
      )
    })
  })

  it('are left in profile mode, with a warning, once', async () => {
    await guarded(async (plane) => {
      await installed(plane, 'profile')
      await begin(plane)
      const file = put(localOf(plane), { disableAllHooks: true })
      const answer = await changed(plane, file, 'local_settings')
      expect(answer.exit).toBe(0)
      expect(messageOf(answer)).toContain('Profile mode leaves it')
      await end(plane)
      expect(read(file)).toEqual({ disableAllHooks: true })
      expect([await violated(plane), await mended(plane)]).toEqual([['disableAllHooks'], []])
    })
  })

  it('are the user’s own where another file overrides them, and the session is gated all the same', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      const own = { ...read(settingsOf(plane)), disableAllHooks: true }
      put(settingsOf(plane), own)
      put(path.join(plane.project, '.claude/settings.json'), { disableAllHooks: false })
      await begin(plane)
      await decide(plane)
      await end(plane)
      expect(read(settingsOf(plane))).toEqual(own)
      expect(await mended(plane)).toEqual([])
    })
  })

  it('changed while no session runs are told once, and left', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      await end(plane)
      const guard = guardOf(plane)
      await guard.look()
      const own = { ...read(settingsOf(plane)), disableAllHooks: true }
      put(settingsOf(plane), own)
      for (let at = 0; at < 4; at++) await guard.look()
      expect(read(settingsOf(plane))).toEqual(own)
      expect([await violated(plane), await mended(plane)]).toEqual([['disableAllHooks'], []])
      expect(plane.logged.join()).toContain('the next session would run without the gate')
    })
  })

  it('are looked at between events too: once its hooks are off, a session sends none', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const guard = guardOf(plane)
      await guard.after(event(plane, 'tool.after'))
      put(localOf(plane), { disableAllHooks: true, a: 1 })
      await guard.look()
      expect(read(localOf(plane))).toEqual({ a: 1 })
      expect(await guard.after(event(plane, 'tool.after'))).toContain('was put back')
      // Silent for long: whoever changes it now is nobody's session.
      later()
      ahead += 600_000
      put(localOf(plane), { disableAllHooks: true })
      await guard.look()
      expect(read(localOf(plane))).toEqual({ disableAllHooks: true })
    })
  })

  it('are looked at for each session of a folder, until that one ends', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const guard = guardOf(plane)
      const other = '11111111-1111-4111-8111-111111111102'
      await guard.after(event(plane, 'tool.after'))
      await guard.after({ ...event(plane, 'tool.after'), session: other })
      await guard.after({
        ...event(plane, 'tool.after'),
        kind: 'session.end',
        session: other,
      } as never)
      put(localOf(plane), { disableAllHooks: true, a: 1 })
      await guard.look()
      expect(read(localOf(plane))).toEqual({ a: 1 })
    })
  })

  it('that are being saved just now are waited for', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const file = settingsOf(plane)
      const whole = JSON.stringify({ ...read(file), theme: 'dark' })
      const guard = guardOf(plane)
      await guard.after(event(plane, 'tool.after'))
      // As an editor saves it: emptied, and then written.
      const fd = fs.openSync(file, 'w')
      const looked = guard.after(event(plane, 'tool.after'))
      await new Promise((resolve) => setTimeout(resolve, 2))
      fs.writeSync(fd, whole)
      fs.closeSync(fd)
      expect(await looked).toBeUndefined()
      expect(fs.readFileSync(file, 'utf8')).toBe(whole)
      expect(await violated(plane)).toEqual([])
      // As others do: moved away, and then made anew.
      fs.renameSync(file, `${file}~`)
      const again = guard.after(event(plane, 'tool.after'))
      await new Promise((resolve) => setTimeout(resolve, 2))
      fs.renameSync(`${file}~`, file)
      expect(await again).toBeUndefined()
      expect(fs.readFileSync(file, 'utf8')).toBe(whole)
    })
  })

  it('are put back as often as it takes, and it is recorded only so often', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const guard = guardOf(plane)
      await guard.after(event(plane, 'tool.after'))
      for (let at = 0; at < 80; at++) {
        put(localOf(plane), { disableAllHooks: true, n: at })
        expect(await guard.after(event(plane, 'tool.after'))).toContain('was put back')
        expect(read(localOf(plane))).toEqual({ n: at })
      }
      expect(await mended(plane)).toHaveLength(64)
      expect(await violated(plane)).toHaveLength(64)
      ahead += 3_600_000
      put(localOf(plane), { disableAllHooks: true })
      await guard.after(event(plane, 'tool.after'))
      expect(await mended(plane)).toHaveLength(65)
    })
  })

  it('that are gone again as soon as they were put back are put back again', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const guard = guardOf(plane)
      await guard.after(event(plane, 'tool.after'))
      const before = read(settingsOf(plane))
      for (let at = 0; at < 3; at++) {
        fs.rmSync(settingsOf(plane))
        await guard.after(event(plane, 'tool.after'))
        expect(read(settingsOf(plane))).toEqual(before)
      }
    })
  })

  it('that could not be put back at first are once they can be, and told of twice at the most', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const file = localOf(plane)
      const aside = `${file}.aside`
      let isInTheWay = true
      const guard = guardOf(plane, () => {
        if (!isInTheWay) return
        fs.renameSync(file, aside)
        fs.mkdirSync(file)
      })
      const again = () => {
        fs.rmdirSync(file)
        fs.renameSync(aside, file)
      }
      await guard.after(event(plane, 'tool.after'))
      put(file, { disableAllHooks: true, a: 1 })
      expect(await guard.after(event(plane, 'tool.after'))).toContain('could not be put back')
      again()
      expect(await guard.after(event(plane, 'tool.after'))).toBeUndefined()
      again()
      isInTheWay = false
      expect(await guard.after(event(plane, 'tool.after'))).toContain('was put back')
      expect(read(file)).toEqual({ a: 1 })
      expect([await violated(plane), await mended(plane)]).toEqual([
        ['disableAllHooks'],
        ['disableAllHooks'],
      ])
    })
  })

  it('stay as the user’s own command leaves them', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      put(settingsOf(plane), { ...read(settingsOf(plane)), theme: 'dark' })
      await begin(plane)
      await Effect.runPromise(disable(hostOf(plane)))
      await end(plane)
      expect(read(settingsOf(plane))['theme']).toBe('dark')
      expect(JSON.stringify(read(settingsOf(plane)))).not.toContain('isonapse')
      later()
      await begin(plane)
      expect(fs.existsSync(scriptFile(plane.paths))).toBe(false)
      expect([await violated(plane), await mended(plane)]).toEqual([[], []])
      await Effect.runPromise(enable(hostOf(plane), PROGRAM))
      await begin(plane)
      expect(await violated(plane)).toEqual([])
    })
  })

  it('are put back as often as it takes, and what was there is kept only so often', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const file = localOf(plane)
      for (let at = 0; at < 40; at++) {
        put(file, { n: at, disableAllHooks: true })
        expect((await changed(plane, file, 'local_settings')).exit).toBe(2)
      }
      const backups = fs.readdirSync(path.dirname(file)).filter((name) => name.includes('backup'))
      expect(backups).toHaveLength(16)
      expect(await mended(plane)).toHaveLength(40)
      expect(read(file)).toEqual({ n: 39 })
    })
  })

  it('of two events at once are put back once', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      put(localOf(plane), { disableAllHooks: true, a: 1 })
      await Promise.all([decide(plane), decide(plane), decide(plane)])
      expect(await mended(plane)).toEqual(['disableAllHooks'])
      expect(read(localOf(plane))).toEqual({ a: 1 })
    })
  })

  it('are known to be registered where they were, whatever the record says by now', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const before = read(settingsOf(plane))
      put(path.join(plane.paths.configDir, 'wiring.json'), '{}')
      put(settingsOf(plane), {})
      await end(plane)
      expect(read(settingsOf(plane))).toEqual(before)
    })
  })
})

describe('the plugin’s folder', () => {
  const script = (plane: Plane) => fs.readFileSync(scriptFile(plane.paths), 'utf8')

  it('is put back by itself within moments, marker and all, and the user hears of it', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const before = script(plane)
      later()
      fs.writeFileSync(scriptFile(plane.paths), 'exit 0\n')
      await vi.waitFor(() => expect(script(plane)).toBe(before), 3000)
      fs.writeFileSync(markerFile(plane.paths), 'profile\n')
      await vi.waitFor(
        () => expect(fs.readFileSync(markerFile(plane.paths), 'utf8')).toBe('enforce\n'),
        3000,
      )
      await vi.waitFor(async () => expect(await mended(plane)).toEqual(['script', 'marker']))
      expect(messageOf(await plane.hook('PreToolUse', bash(plane, 'ls')))).toContain('was put back')
      expect(await decide(plane)).toBe(0)
    })
  })

  it('is put back right after it was installed, once that was seen done', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
      const before = script(plane)
      fs.writeFileSync(scriptFile(plane.paths), 'exit 0\n')
      await vi.waitFor(() => expect(script(plane)).toBe(before), 3000)
    })
  })

  it('is put back from memory where what it is made of was changed along, and as a whole', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      later()
      await begin(plane)
      const before = script(plane)
      put(path.join(plane.paths.configDir, 'wiring.json'), '{}')
      fs.rmSync(plane.paths.pluginDir, { recursive: true })
      await vi.waitFor(() => expect(script(plane)).toBe(before), 5000)
    })
  })

  it('found changed at the start by a control plane that cannot mend it, holds all up until it is installed anew', async () => {
    const dir = temporaryDir()
    await guarded(async (plane) => {
      await installed(plane)
      await begin(plane)
    }, dir)
    await guarded(async (plane) => {
      later()
      expect(await decide(plane)).toBe(0)
    }, dir)
    const plugin = path.join(dir, 'iso/data/plugin')
    const at = fs.existsSync(plugin) ? plugin : undefined
    expect(at).toBeDefined()
    fs.writeFileSync(path.join(at!, 'isonapse/hook.sh'), 'exit 0\n')
    const wiring = path.join(dir, 'iso/config/wiring.json')
    fs.writeFileSync(wiring, fs.readFileSync(wiring, 'utf8').replaceAll('1.2.3', '6.6.6'))
    ahead = 60_000
    await withPlane(
      async (plane) => {
        expect(await violated(plane)).toEqual(['script'])
        expect(await decide(plane)).toBe(2)
        const { drift } = await plane.call('status', {})
        expect(drift.length).toBeGreaterThan(0)
        const denied = await plane.hook('PreToolUse', bash(plane, 'ls'))
        expect(denied.stdout).toContain('untrusted:gate-changed')
        expect(denied.stdout).toContain('isonapse hook install')
        await Effect.runPromise(install(hostOf(plane), PROGRAM, { scope: 'user' }))
        await begin(plane)
        expect(await decide(plane)).toBe(0)
      },
      { now, base: dir },
    )
  })

  it('with something foreign in it holds all up, in enforce mode alone, until that is gone', async () => {
    await guarded(async (plane) => {
      await installed(plane, 'profile')
      later()
      const foreign = path.join(plane.paths.pluginDir, 'isonapse/skills/x')
      fs.mkdirSync(foreign, { recursive: true })
      expect(messageOf(await begin(plane))).toContain('In enforce mode')
      expect(await decide(plane)).toBe(0)
      await plane.call('mode.set', { mode: 'enforce' })
      expect(await decide(plane)).toBe(2)
      expect(fs.existsSync(foreign)).toBe(true)
      fs.rmSync(path.dirname(foreign), { recursive: true })
      await begin(plane)
      expect(await decide(plane)).toBe(0)
    })
  })

  it('in which something foreign comes and goes without end fills no log, and is not passed as sound', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      later()
      const { paths, context } = plane
      const guard = makePluginGuard({ paths, log: context.log, now, onNotice: () => {} })
      const foreign = path.join(paths.pluginDir, 'isonapse/x')
      for (let at = 0; at < 100; at++) {
        fs.writeFileSync(foreign, '')
        await guard.check(null)
        fs.rmSync(foreign)
        await guard.check(null)
      }
      expect((await told(plane, 'PluginChecked')).length).toBeLessThan(140)
      expect(await decide(plane)).toBe(2)
      later()
      await guard.check(null)
      expect(await decide(plane)).toBe(0)
    })
  })

  it('and the settings leave a log that replays as it was decided', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      later()
      await begin(plane)
      for (const off of ['{"x', '{}', '{"disableAllHooks":true}']) {
        put(settingsOf(plane), off)
        put(localOf(plane), '{"disableAllHooks":true}')
        await decide(plane)
      }
      const foreign = path.join(plane.paths.pluginDir, 'isonapse/x')
      fs.writeFileSync(foreign, '')
      fs.writeFileSync(scriptFile(plane.paths), 'exit 0\n')
      await begin(plane)
      expect(await decide(plane)).toBe(2)
      fs.rmSync(foreign)
      await begin(plane)
      await Effect.runPromise(disable(hostOf(plane)))
      await Effect.runPromise(enable(hostOf(plane), PROGRAM))
      later()
      await begin(plane)
      expect(await decide(plane)).toBe(0)
      expect((await mended(plane)).length).toBeGreaterThan(6)
      expect(await plane.call('witness.replay', {})).toMatchObject({ first: null, mismatches: 0 })
    })
  })

  it.each(['', 'isonapse', 'isonapse/hooks', '.claude-plugin'])(
    'that leads elsewhere by a link has nothing written there: %j',
    async (linked) => {
      await guarded(async (plane) => {
        await installed(plane)
        later()
        const folder = path.join(plane.paths.pluginDir, linked)
        const theirs = path.join(plane.home, 'theirs')
        const names = ['hook.sh', 'hooks.json', '.claude-plugin/plugin.json', 'marketplace.json']
        for (const name of [...names, '.claude-plugin/marketplace.json', 'hooks/hooks.json'])
          put(path.join(theirs, name), 'dear to them')
        fs.mkdirSync(path.join(theirs, 'isonapse/hook.sh'), { recursive: true })
        const before = fs.readdirSync(theirs, { recursive: true })
        fs.renameSync(folder, path.join(plane.home, 'aside'))
        fs.symlinkSync(theirs, folder)
        await begin(plane)
        expect(fs.readdirSync(theirs, { recursive: true })).toEqual(before)
        for (const name of [...names, '.claude-plugin/marketplace.json', 'hooks/hooks.json'])
          expect(fs.readFileSync(path.join(theirs, name), 'utf8')).toBe('dear to them')
        expect(await decide(plane)).toBe(2)
      })
    },
  )

  it('of another version, installed by the user, is no violation', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      later()
      await begin(plane)
      const next = { ...PROGRAM, version: '1.3.0', cli: ['/opt/node', '/opt/next.cjs'] }
      await Effect.runPromise(install(hostOf(plane), next, { scope: 'user' }))
      later()
      await begin(plane)
      expect([await violated(plane), await mended(plane)]).toEqual([[], []])
      expect(plane.context.log.projected().plugin.installed?.version).toBe('1.3.0')
    })
  })

  it('of an earlier version’s log is taken as it is, if it is ours, and once', async () => {
    await guarded(async (plane) => {
      const { announce: _, ...host } = hostOf(plane)
      await Effect.runPromise(install(host, PROGRAM, { scope: 'user' }))
      expect(plane.context.log.projected().plugin.known).toBe(false)
      await begin(plane)
      const { installed: found } = plane.context.log.projected().plugin
      expect(found?.files.map((one) => one.path)).toContain('isonapse/hook.sh')
    })
  })

  it('is not recorded anew for whoever asks from inside the client, nor without a process', async () => {
    await guarded(async (plane) => {
      await installed(plane)
      const asked = plane.call('plugin.record', { version: '', files: [] })
      await expect(asked).rejects.toMatchObject({ exit: 2 })
      const host: Host = {
        ...hostOf(plane),
        announce: () =>
          Effect.fail(new ControlFailure({ kind: 'denied', message: 'from inside', exit: 2 })),
      }
      const before = fs.readFileSync(settingsOf(plane), 'utf8')
      await expect(Effect.runPromise(disable(host))).rejects.toThrow('from inside')
      expect(fs.readFileSync(settingsOf(plane), 'utf8')).toBe(before)
      expect(fs.existsSync(scriptFile(plane.paths))).toBe(true)
    })
  })
})
