import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Check } from '../../../src/domain/control/doctor.ts'
import type { StatusReport } from '../../../src/domain/control/methods.ts'
import type { LayerName } from '../../../src/infra/client/settingsLayers.ts'
import { clientChecks } from '../../../src/infra/doctor/clientChecks.ts'
import { machineChecks } from '../../../src/infra/doctor/machineChecks.ts'
import { planeChecks, type PlaneSays } from '../../../src/infra/doctor/planeChecks.ts'
import { registeredArgv } from '../../../src/infra/doctor/fireCanary.ts'
import { createLogKey } from '../../../src/infra/keys/logKey.ts'
import { createMasterKey } from '../../../src/infra/keys/masterKey.ts'
import { pathsUnder } from '../../../src/infra/paths.ts'
import { doctorLines, isHealthy } from '../../../src/commands/render/doctor.ts'
import { PLAIN } from '../../../src/commands/terminal/style.ts'
import { scratch } from '../files/scratch.ts'

const wrong = (checks: ReadonlyArray<Check>): ReadonlyArray<string> =>
  checks.filter(({ state }) => state !== 'ok').map(({ check, state }) => `${check} ${state}`)

const remediesAreSaid = (checks: ReadonlyArray<Check>): void => {
  for (const { state, remedy } of checks) expect(state === 'ok').toBe(remedy === null)
}

const layer = (name: LayerName, value: unknown, problem?: string) => ({
  name,
  file: `/home/dev/.claude/${name}.json`,
  value,
  ...(problem === undefined ? {} : { problem }),
})

const WIRED = {
  loaded: true,
  scope: 'user',
  detail: '',
  clientVersion: '2.1.329',
  drift: [],
} as const

const client = (layers: ReadonlyArray<ReturnType<typeof layer>>, wiring: object = {}) => {
  const checks = clientChecks({ layers, wiring: { ...WIRED, ...wiring }, installed: true })
  remediesAreSaid(checks)
  return wrong(checks)
}

describe('the client', () => {
  it('that runs the hooks is well', () => {
    expect(client([layer('user', { enabledPlugins: {} })])).toEqual([])
  })

  it.each([
    [
      'an invalid file of the user’s',
      [layer('user', undefined, 'permissions: no')],
      ['settings bad'],
    ],
    [
      'one of a project’s, which is dropped alone',
      [layer('local', undefined, 'x')],
      ['settings warn'],
    ],
    ['hooks switched off', [layer('project', { disableAllHooks: true })], ['hooks on bad']],
    [
      'hooks switched off and on again above',
      [layer('local', { disableAllHooks: false }), layer('user', { disableAllHooks: true })],
      ['hooks on warn'],
    ],
    [
      'managed hooks alone',
      [layer('managed', { allowManagedHooksOnly: true }), layer('user', {})],
      ['hooks on bad'],
    ],
  ])('with %s says so', (_, layers, expected) => expect(client(layers)).toEqual(expected))

  it('that is old, changed or not wired says so', () => {
    expect(client([], { clientVersion: '2.1.197' })).toEqual(['client bad'])
    expect(client([], { clientVersion: null })).toEqual(['client warn'])
    expect(client([], { drift: [{ subject: 'script', detail: 'is missing' }] })).toEqual([
      'plugin bad',
    ])
    expect(client([], { loaded: false, scope: null, detail: 'disabled' })).toEqual([
      'registered bad',
    ])
  })
})

const STATUS: StatusReport = {
  running: true,
  pid: 1,
  since: 0,
  hookSocket: '/run/hook.sock',
  dataDir: '/data',
  mode: 'enforce',
  posture: null,
  suspended: false,
  level: 'open',
  policy: { digest: 'ab', since: 0 },
  log: { size: 10, root: 'ab', origin: 'o' },
  lastHook: null,
  clientVersion: null,
  wiring: { loaded: true, scope: 'user', detail: '' },
  drift: [],
  faults: [],
  gaps: 0,
  ungated: 0,
  swaps: 0,
  rejected: 0,
  tainted: 0,
}

const plane = (status: Partial<StatusReport> = {}, more: Partial<PlaneSays> = {}) => {
  const checks = planeChecks({
    status: { ...STATUS, ...status },
    stats: { oldest: 0, newest: 1000 },
    intel: { tiers: [], models: [], problems: [] },
    signed: 10,
    now: 1000,
    ...more,
  })
  remediesAreSaid(checks)
  return wrong(checks)
}

describe('the control plane', () => {
  it('that runs by a sound log is well', () => {
    expect(plane()).toEqual([])
    expect(plane({}, { signed: undefined })).toEqual([])
  })

  it.each([
    ['that is down', plane({ running: false, pid: null }), ['control plane bad']],
    ['whose log is shorter than what was signed', plane({}, { signed: 11 }), ['log bad']],
    ['with nothing signed', plane({}, { signed: undefined, now: 700_000 }), ['log warn']],
    ['whose clock went back', plane({}, { stats: { oldest: 0, newest: 1e9 } }), ['clock warn']],
    ['that is suspended', plane({ suspended: true }), ['mode warn']],
    ['with another marker', plane({ drift: [{ subject: 'marker', detail: 'x' }] }), ['marker bad']],
    [
      'with an edited policy',
      plane({ drift: [{ subject: 'policy', detail: 'x' }] }),
      ['drift warn'],
    ],
    ['with a fault', plane({ faults: [{ message: 'x', remedy: 'y' }] }), ['fault bad']],
    ['that missed calls', plane({ gaps: 1 }), ['gaps warn']],
    [
      'with a model that is down',
      plane(
        { faults: [{ message: 'm', remedy: 'y' }] },
        { intel: { tiers: [], models: [], problems: [{ message: 'm', remedy: 'y' }] } },
      ),
      ['models warn'],
    ],
  ])('%s says so', (_, found, expected) => expect(found).toEqual(expected))
})

describe('the machine', () => {
  const made = () => {
    const paths = pathsUnder(scratch())
    for (const dir of [paths.configDir, paths.dataDir, paths.runDir, paths.keysDir])
      fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
    createMasterKey(paths.keysDir)
    createLogKey(paths.keysDir)
    const look = (freeBytes = 1e12, running = false) => {
      const checks = machineChecks({
        paths,
        initialised: true,
        running,
        freeBytes: () => freeBytes,
      })
      remediesAreSaid(checks)
      return wrong(checks)
    }
    return { paths, look }
  }

  it('that keeps everything to its user is well', () => expect(made().look()).toEqual([]))

  it('with an open folder, a link for one, or no key says so', () => {
    const { paths, look } = made()
    fs.chmodSync(paths.configDir, 0o755)
    expect(look()).toEqual(['folders bad'])
    fs.chmodSync(paths.configDir, 0o700)
    fs.symlinkSync('/', paths.witnessDir)
    expect(look()).toEqual(['folders bad'])
    fs.rmSync(paths.witnessDir)
    fs.rmSync(path.join(paths.keysDir, 'master.key'))
    expect(look()).toEqual(['keys bad'])
  })

  it('with little room says so', () => {
    const { look } = made()
    expect(look(300e6)).toEqual(['disk warn'])
    expect(look(1e6)).toEqual(['disk bad'])
  })

  it('with sockets that are gone, open, or none says so', async () => {
    const { paths, look } = made()
    expect(look(1e12, true)).toEqual(['sockets bad', 'sockets bad'])
    for (const socket of [paths.hookSocket, paths.controlSocket]) {
      const server = net.createServer()
      await new Promise<void>((resolve) => void server.listen(socket, resolve))
      onTestFinished(() => void server.close())
      fs.chmodSync(socket, 0o600)
    }
    expect(look(1e12, true)).toEqual([])
    fs.chmodSync(paths.hookSocket, 0o666)
    expect(look(1e12, true)).toEqual(['sockets bad'])
  })
})

describe('what is shown', () => {
  it('is one table, with what to do below, and nothing raw', () => {
    const checks: ReadonlyArray<Check> = [
      { check: 'log', state: 'ok', detail: 'fine', remedy: null },
      { check: 'settings', state: 'bad', detail: 'x\u001b[2J', remedy: 'mend it' },
    ]
    const lines = doctorLines(checks, { style: PLAIN, width: 80 })
    expect(isHealthy(checks)).toBe(false)
    expect(lines[0]).toBe('ok   log       fine')
    expect(lines[2]).toBe('               → mend it')
    expect(lines.at(-1)).toBe('1 thing to mend.')
    expect(lines.join('')).not.toContain('\u001b')
  })
})

describe('the registered command', () => {
  it('is none where hooks.json is gone, garbage or of another shape', () => {
    const pluginDir = scratch()
    const file = path.join(pluginDir, 'isonapse/hooks/hooks.json')
    fs.mkdirSync(path.dirname(file), { recursive: true })
    expect(registeredArgv({ pluginDir })).toBeUndefined()
    for (const text of [
      '',
      '[]',
      '{"hooks":{"PreToolUse":[{}]}}',
      '{"hooks":{"PreToolUse":[{"hooks":[{"type":"http","command":"x"}]}]}}',
      '{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"x","args":[5]}]}]}}',
    ]) {
      fs.writeFileSync(file, text)
      expect(registeredArgv({ pluginDir })).toBeUndefined()
    }
  })
})
