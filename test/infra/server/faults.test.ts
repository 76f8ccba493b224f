import * as Effect from 'effect/Effect'
import type * as Scope from 'effect/Scope'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ControlFailure } from '../../../src/domain/control/methods.ts'
import { connectControlPlane } from '../../../src/infra/control/connect.ts'
import { initialise } from '../../../src/infra/control/initialise.ts'
import { type AppPaths, pathsUnder } from '../../../src/infra/paths.ts'
import { runControlPlane } from '../../../src/infra/server/controlPlane.ts'
import { endIn, endLines } from '../../../src/infra/server/daemonEnd.ts'
import { bash, temporaryDir, withPlane } from './plane.ts'

interface Place {
  readonly base: string
  readonly paths: AppPaths
  readonly home: string
}

/** A log with some events in it, and nobody running. */
const used = async (): Promise<Place> => {
  const base = temporaryDir()
  await withPlane(
    async (plane) => {
      await plane.call('mode.set', { mode: 'enforce' })
      await plane.hook('PreToolUse', bash(plane, 'ls'))
    },
    { base },
  )
  return { base, paths: pathsUnder(path.join(base, 'iso')), home: path.join(base, 'home') }
}

type Refusal = Pick<ControlFailure, 'kind' | 'message' | 'remedy' | 'exit'>

const refusal = (work: Effect.Effect<unknown, ControlFailure, Scope.Scope>): Promise<Refusal> =>
  Effect.runPromise(
    Effect.flip(Effect.scoped(work)).pipe(
      Effect.map(({ kind, message, remedy, exit }) => ({ kind, message, remedy, exit })),
    ) as Effect.Effect<Refusal>,
  )

const starting = ({ paths, home }: Place) =>
  runControlPlane({ paths, home, now: () => Date.now(), log: () => {} })

const starts = (place: Place): Promise<void> =>
  Effect.runPromise(Effect.scoped(Effect.asVoid(starting(place))))

const offline = <A>(
  { paths, home }: Place,
  use: (
    control: Effect.Success<ReturnType<typeof connectControlPlane>>,
  ) => Effect.Effect<A, ControlFailure>,
) => Effect.scoped(Effect.flatMap(connectControlPlane(paths, home), use))

/** Every file below a folder, with its size: what a refusal must leave as it was. */
const tree = (dir: string): ReadonlyArray<string> =>
  fs
    .readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/LOCK|LOG(\.old)?$/.test(name))
    .map((name) => `${name} ${fs.lstatSync(path.join(dir, name)).mtimeMs}`)
    .sort()

describe('what is lost is missed, and not made anew', () => {
  for (const name of ['log.key', 'master.key'])
    it(`refuses to go on without ${name}, and creates none`, async () => {
      const place = await used()
      const file = path.join(place.paths.keysDir, name)
      fs.renameSync(file, `${file}.away`)
      for (const work of [initialise({ paths: place.paths }), starting(place)]) {
        const refused = await refusal(work)
        expect(refused).toMatchObject({ kind: 'key-missing', exit: 1 })
        expect(refused.message).toContain(file)
        expect(fs.existsSync(file)).toBe(false)
      }
      // The log itself still reads, and status says what is wrong.
      const report = await Effect.runPromise(
        offline(place, (control) => control.call('status', {})),
      )
      expect(report.faults.map(({ message }) => message)).toEqual([
        expect.stringContaining(`${file}: `),
      ])
      const verification = await Effect.runPromise(
        offline(place, (control) => control.call('witness.verify', {})),
      )
      expect(verification.verdict).toBe('unanchored')
      fs.renameSync(`${file}.away`, file)
      await starts(place)
    })

  it('refuses a log whose pin is gone, and pins nothing', async () => {
    const place = await used()
    const { identityFile, witnessDir } = place.paths
    const pin = fs.readFileSync(identityFile)
    fs.rmSync(identityFile)
    const before = tree(place.paths.configDir)
    for (const work of [initialise({ paths: place.paths }), starting(place)])
      expect(await refusal(work)).toMatchObject({
        kind: 'pin-missing',
        message: expect.stringContaining(witnessDir) as string,
      })
    expect(tree(place.paths.configDir)).toEqual(before)
    fs.writeFileSync(identityFile, pin, { mode: 0o600 })
    await starts(place)
  })

  it('does not quietly begin a log again that was removed, and says how to begin another', async () => {
    const place = await used()
    fs.rmSync(place.paths.witnessDir, { recursive: true })
    for (const work of [initialise({ paths: place.paths }), starting(place)])
      expect(await refusal(work)).toMatchObject({
        kind: 'log-lost',
        remedy: expect.stringContaining(`rm ${place.paths.identityFile}`) as string,
      })
    expect(fs.existsSync(place.paths.witnessDir)).toBe(false)
    fs.rmSync(place.paths.identityFile)
    expect((await Effect.runPromise(initialise({ paths: place.paths }))).created).toBe(true)
    await starts(place)
  })

  it('finds that an older log was put in the place of the one it signed', async () => {
    const place = await used()
    const { witnessDir, signedHeadFile } = place.paths
    const older = path.join(place.base, 'older')
    fs.cpSync(witnessDir, older, { recursive: true })
    await withPlane(async (plane) => void (await plane.hook('PreToolUse', bash(plane, 'ls'))), {
      base: place.base,
    })
    const signed = fs.readFileSync(signedHeadFile, 'utf8')
    fs.rmSync(witnessDir, { recursive: true })
    fs.cpSync(older, witnessDir, { recursive: true })
    for (const work of [
      initialise({ paths: place.paths }),
      starting(place),
      offline(place, (control) => control.call('status', {})),
    ])
      expect(await refusal(work)).toMatchObject({ kind: 'log-shorter', exit: 1 })
    expect(fs.readFileSync(signedHeadFile, 'utf8')).toBe(signed)
    const verification = await Effect.runPromise(
      offline(place, (control) => control.call('witness.verify', {})),
    )
    expect(verification).toMatchObject({ verdict: 'bad', badIndex: verification.size })
    fs.rmSync(signedHeadFile)
    await starts(place)
  })

  it('refuses a signed head that is not its own', async () => {
    const place = await used()
    fs.writeFileSync(place.paths.signedHeadFile, 'not a note\n')
    const refused = await refusal(starting(place))
    expect(refused).toMatchObject({ kind: 'file-damaged' })
    expect(refused.remedy).toContain(`rm ${place.paths.signedHeadFile}`)
  })
})

describe('a store that LevelDB cannot read', () => {
  for (const [what, harm] of [
    [
      'whose CURRENT names no file',
      (dir: string) => fs.writeFileSync(path.join(dir, 'CURRENT'), 'MANIFEST-999999\n'),
    ],
    ['without its CURRENT', (dir: string) => fs.rmSync(path.join(dir, 'CURRENT'))],
    [
      'with a damaged manifest',
      (dir: string) => {
        const name = fs.readdirSync(dir).find((one) => one.startsWith('MANIFEST'))!
        const bytes = fs.readFileSync(path.join(dir, name))
        bytes.fill(0xff, 4, 12)
        fs.writeFileSync(path.join(dir, name), bytes)
      },
    ],
  ] as const)
    it(`is corrupt, ${what}, for whoever opens it, and bad for verify`, async () => {
      const place = await used()
      harm(place.paths.witnessDir)
      for (const work of [initialise({ paths: place.paths }), starting(place)])
        expect(await refusal(work)).toMatchObject({ kind: 'store-corrupt', exit: 1 })
      const verification = await Effect.runPromise(
        offline(place, (control) => control.call('witness.verify', {})),
      )
      expect(verification.verdict).toBe('bad')
      expect(
        await refusal(offline(place, (control) => control.call('witness.stats', {}))),
      ).toMatchObject({
        kind: 'store-corrupt',
      })
    })
})

describe('an event that cannot be witnessed', () => {
  it('is blocked in enforce, passes in profile, and status says why until one is again', async () => {
    const { base, paths } = await used()
    const damage = () => {
      for (const name of fs.readdirSync(paths.keysDir))
        if (!/^(log|master)\.key$/.test(name)) fs.truncateSync(path.join(paths.keysDir, name), 12)
    }
    damage()
    await withPlane(
      async (plane) => {
        expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(2)
        const { faults } = await plane.call('status', {})
        expect(faults).toMatchObject([
          { message: expect.stringContaining('session key') as string },
        ])
        expect(plane.logged.at(-1)).toContain('session key')
        await plane.call('mode.set', { mode: 'profile', pid: process.pid })
        expect(await plane.hook('PreToolUse', bash(plane, 'ls'))).toEqual({ exit: 0, stdout: '' })

        const other = bash(plane, 'ls', { session_id: '11111111-1111-4111-8111-111111111102' })
        await plane.hook('PreToolUse', other)
        expect((await plane.call('status', {})).faults).toEqual([])
      },
      { base },
    )
  })
})

describe('the views of the log', () => {
  const drift = (subjects: ReadonlyArray<{ readonly subject: string }>) =>
    subjects.map(({ subject }) => subject)

  it('follow a change, and are written anew when they are broken', async () => {
    await withPlane(async (plane) => {
      const { configFile, policyFile } = plane.paths
      await plane.call('config.set', {
        key: 'witness.durability',
        value: 'fsync',
        pid: process.pid,
      })
      expect(fs.readFileSync(configFile, 'utf8')).toContain('durability = "fsync"')
      expect(drift((await plane.call('status', {})).drift)).toEqual([])

      fs.appendFileSync(configFile, 'a = [\n')
      expect(drift((await plane.call('status', {})).drift)).toEqual(['config'])
      await plane.call('config.set', {
        key: 'witness.durability',
        value: 'fsync',
        pid: process.pid,
      })
      expect(drift((await plane.call('status', {})).drift)).toEqual([])

      const { policy } = await plane.call('policy.show', {})
      const named = { ...(policy as object), name: 'mine' }
      await plane.call('policy.import', { policy: named, pid: process.pid })
      expect(JSON.parse(fs.readFileSync(policyFile, 'utf8'))).toMatchObject({ name: 'mine' })
      fs.writeFileSync(policyFile, JSON.stringify(named))
      await plane.call('policy.import', { policy: named, pid: process.pid })
      expect(fs.readFileSync(policyFile, 'utf8')).toBe(JSON.stringify(named))
    })
  })

  it('are made again at the start where they are missing, and left alone where they differ', async () => {
    const place = await used()
    const { configFile, policyFile } = place.paths
    fs.rmSync(configFile)
    fs.writeFileSync(policyFile, '{')
    await withPlane(
      async (plane) => expect(drift((await plane.call('status', {})).drift)).toEqual(['policy']),
      { base: place.base },
    )
    expect(fs.existsSync(configFile)).toBe(true)
    expect(fs.readFileSync(policyFile, 'utf8')).toBe('{')
  })
})

describe('a config.toml of an earlier version', () => {
  const startedWith = async (edit: (text: string) => string) => {
    const place = await used()
    const { configFile } = place.paths
    const whole = fs.readFileSync(configFile, 'utf8')
    fs.writeFileSync(configFile, edit(whole))
    const drift = await withPlane(async (plane) => (await plane.call('status', {})).drift, {
      base: place.base,
    })
    return { drift, same: fs.readFileSync(configFile, 'utf8') === whole }
  }
  const withoutBudgets = (text: string) => text.slice(0, text.indexOf('[budget]'))

  it('is written anew with the settings that it does not know', async () => {
    expect(await startedWith(withoutBudgets)).toEqual({ drift: [], same: true })
  })

  it('is left alone where it says anything else than what is in force', async () => {
    for (const edit of [
      (text: string) => withoutBudgets(text).replace('durability = "os"', 'durability = "fsync"'),
      (text: string) => `${withoutBudgets(text)}mine = 1\n`,
      () => '',
    ]) {
      const { drift, same } = await startedWith(edit)
      expect(same).toBe(false)
      expect(drift.length).toBeGreaterThan(0)
    }
  })
})

describe('where the sockets are', () => {
  it('refuses a folder under one that others may write to, and starts after the remedy', async () => {
    const place = await used()
    fs.chmodSync(place.base, 0o777)
    const refused = await refusal(starting(place))
    expect(refused).toMatchObject({ kind: 'file-mode', remedy: `chmod go-w ${place.base}` })
    const report = await Effect.runPromise(offline(place, (control) => control.call('status', {})))
    expect(report.faults).toEqual([{ message: refused.message, remedy: refused.remedy }])
    fs.chmodSync(place.base, 0o755)
    await starts(place)
  })

  it('says by how much a socket path is too long', async () => {
    const base = temporaryDir()
    const place = { base, home: base, paths: pathsUnder(path.join(base, 'x'.repeat(120))) }
    for (const work of [starting(place), offline(place, (control) => control.call('status', {}))])
      expect(await refusal(work)).toMatchObject({
        message: expect.stringMatching(/at most \d+|no witness/) as string,
      })
    expect((await refusal(offline(place, (control) => control.call('status', {})))).remedy).toMatch(
      /at least \d+ bytes shorter/,
    )
  })

  it('names what is in the way of the run folder', async () => {
    const place = await used()
    fs.rmSync(place.paths.runDir, { recursive: true })
    fs.writeFileSync(place.paths.runDir, '')
    expect(await refusal(offline(place, (control) => control.call('status', {})))).toMatchObject({
      remedy: `move ${place.paths.runDir} away`,
    })
    expect(await refusal(starting(place))).toMatchObject({ kind: 'file-not-directory' })
  })

  it('comes up whole or not at all when a stranger has the hook socket', async () => {
    const place = await used()
    const stranger = await listening(place.paths.hookSocket, () => {})
    expect(await refusal(starting(place))).toMatchObject({ kind: 'file-in-use', exit: 1 })
    expect(fs.existsSync(place.paths.controlSocket)).toBe(false)
    await new Promise((resolve) => stranger.close(resolve))
    await starts(place)
  })

  it('takes no answer from a stranger on the control socket', async () => {
    const place = await used()
    for (const [say, kind] of [
      ['lorem ipsum\n', 'stranger'],
      ['null\n', 'stranger'],
      ['', 'lost'],
    ] as const) {
      const stranger = await listening(place.paths.controlSocket, (socket) => socket.end(say))
      const refused = await refusal(offline(place, (control) => control.call('status', {})))
      expect(refused).toMatchObject({ kind, exit: 1 })
      expect(refused.remedy).toContain(place.paths.controlSocket)
      await new Promise((resolve) => stranger.close(resolve))
    }
  })
})

const listening = (socket: string, serve: (connection: net.Socket) => void): Promise<net.Server> =>
  new Promise((resolve) => {
    const server = net.createServer((connection) => {
      connection.on('error', () => {}).resume()
      serve(connection)
    })
    server.listen(socket, () => resolve(server))
  })

describe('what a daemon leaves in the log of its operator', () => {
  it('is read back by its starter, one line each', () => {
    const end = endLines('2026-01-01T00:00:00.000Z', { message: 'a\n  b', remedy: 'rm c' })
    expect(endIn(`2026-01-01T00:00:00.000Z started\n${end}\n    at a stack\n`)).toEqual({
      message: 'a b',
      remedy: 'rm c',
    })
    expect(endIn('').message).toBe('it ended without a word')
    expect(endIn('node: bad option: --x\n')).toEqual({
      message: 'node: bad option: --x',
      remedy: undefined,
    })
  })
})
