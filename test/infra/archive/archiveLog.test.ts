import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { GuardAdded, InjectionDetected, SkillTrusted } from '../../../src/domain/event/event.ts'
import {
  archiveDir,
  nextWitnessDir,
  successionFile,
} from '../../../src/infra/archive/archivePlaces.ts'
import { type ArchiveOptions, archiveLog } from '../../../src/infra/archive/archiveLog.ts'
import { verifyChain } from '../../../src/infra/archive/chain.ts'
import { readPin } from '../../../src/infra/keys/identity.ts'
import { pathsUnder } from '../../../src/infra/paths.ts'
import type { Digest } from '../../../src/domain/hash.ts'
import { registeredGuards } from '../../../src/projections/guards.ts'
import { trustedItems } from '../../../src/projections/skills.ts'
import { taintedIn } from '../../../src/projections/taint.ts'
import { verifyDirectory } from '../../../src/infra/store/verifyStore.ts'
import { bash, ran, temporaryDir, withPlane } from '../server/plane.ts'

const outside = { pid: process.pid }
const S = '11111111-1111-4111-8111-111111111101'

const archive = (base: string, more: Partial<ArchiveOptions> = {}) =>
  Effect.runPromise(
    archiveLog({
      paths: pathsUnder(path.join(base, 'iso')),
      home: path.join(base, 'home'),
      pid: process.pid,
      tiles: false,
      learned: true,
      ...more,
    }),
  )

const pinAt = (base: string) =>
  Result.getOrThrow(readPin(pathsUnder(path.join(base, 'iso')).identityFile))!

/** What a decision goes by, of a log that was used for a while. */
const used = (base: string) =>
  withPlane(
    async (plane) => {
      await plane.call('config.set', { key: 'budget.session_usd', value: '5', ...outside })
      await plane.call('config.set', { key: 'gate.deadline_ms', value: '900', ...outside })
      await plane.call('posture.set', { posture: 'autonomous' })
      await plane.call('mode.set', { mode: 'enforce' })
      await plane.call('secret.set', {
        name: 'TOKEN',
        value: `made-up-${'v'.repeat(20)}`,
        sinks: { programs: ['curl'], hosts: [], paths: [], servers: [] },
        ...outside,
      })
      const done = bash(plane, 'git status')
      await plane.hook('PreToolUse', done)
      await plane.hook('PostToolUse', ran(done))
      const open = bash(plane, 'ls -la')
      await plane.hook('PreToolUse', open)
      const { events } = (await plane.context.vault.of(S)).tokenise([
        { type: 'EMAIL_ADDRESS', value: 'jane.roe@example.org' },
      ])
      await plane.context.log.append(events.map((event) => ({ session: S, event })))
      const digest = 'a'.repeat(64) as Digest
      await plane.context.log.append(
        [
          new GuardAdded({
            name: 'one',
            program: '/opt/guards/one',
            hash: digest,
            tools: ['Bash'],
            timeoutMs: 1000,
            cases: { deny: '/opt/guards/deny.json', allow: '/opt/guards/allow.json' },
          }),
          new SkillTrusted({
            items: [
              {
                path: { home: 'p/.mcp.json' },
                kind: 'mcp',
                hash: digest,
                level: 'project',
                in: { home: 'p' },
              },
            ],
          }),
        ].map((event) => ({ session: null, event })),
      )
      await plane.context.log.append([
        {
          session: S,
          event: new InjectionDetected({
            seenIn: 'PostToolUse',
            detector: 'rules',
            score: 0.97,
            tier: 'rules',
            source: 'web',
          }),
        },
      ])
      return {
        open,
        projected: structuredClone(plane.context.log.projected()),
        digest: plane.context.inForce().policyDigest,
      }
    },
    { base },
  )

describe('archiving a log', () => {
  it('puts into the next log all that decisions go by', async () => {
    const base = temporaryDir()
    const before = await used(base)
    const done = await archive(base)
    expect(done.archived.origin).not.toBe(done.log.origin)
    expect(pinAt(base).origin).toBe(done.log.origin)
    await withPlane(
      async (plane) => {
        const now = plane.context.log.projected()
        const { mode, posture, suspended, settings } = now.gate
        const { gate } = before.projected
        expect({ mode, posture, suspended, settings }).toEqual({
          mode: 'enforce',
          posture: 'autonomous',
          suspended: false,
          settings: gate.settings,
        })
        expect(plane.context.inForce().policyDigest).toBe(before.digest)
        expect(now.taint.count).toBe(1)
        expect(taintedIn(now.taint, S)).toEqual(taintedIn(before.projected.taint, S))
        expect(registeredGuards(now.guards).map(({ name }) => name)).toEqual(['one'])
        expect(trustedItems(now.skills)).toHaveLength(1)
        expect(trustedItems(now.skills)).toEqual(trustedItems(before.projected.skills))
        expect(Object.keys(now.secrets.secrets)).toEqual(['/TOKEN'])
        expect(plane.context.secrets!.valueOf('TOKEN')).toMatch(/^made-up-v+$/)
        expect(Object.keys(now.profile.observations)).toEqual(
          Object.keys(before.projected.profile.observations),
        )
        expect(now.profile.sessions[`/${S}`]!.tainted).toBeLessThan(0)
        expect(now.sessions.known[`/${S}`]!.project).toEqual(
          before.projected.sessions.known[`/${S}`]!.project,
        )
        // A call that was under way when the log was closed is no gap when it ends.
        await plane.hook('PostToolUse', ran(before.open))
        expect(now.statistics.byKind['GapFound'] ?? 0).toBe(0)
        // Its values can still be told from their tokens.
        const rows = await plane.context.vault.valuesOf(S)
        expect([...rows].map(({ value }) => value)).toEqual(['jane.roe@example.org'])
        expect((await plane.call('witness.verify', {})).verdict).not.toBe('bad')
      },
      { base },
    )
  })

  it('leaves learned habits behind where that was asked, and never what nothing is learned after', async () => {
    const base = temporaryDir()
    await used(base)
    await archive(base, { learned: false })
    await withPlane(
      async (plane) => {
        const { profile } = plane.context.log.projected()
        expect(profile).toMatchObject({ calls: 0, observations: {}, sessionCount: 1 })
        expect(profile.sessions[`/${S}`]!.tainted).toBeLessThan(0)
      },
      { base },
    )
  })

  it('keeps a chain that verifies, log by log, and names the one that was changed', async () => {
    const base = temporaryDir()
    const paths = pathsUnder(path.join(base, 'iso'))
    await used(base)
    const first = await archive(base, { tiles: true })
    const second = await archive(base)
    const identity = pinAt(base)
    const live = await Effect.runPromise(verifyDirectory(paths.witnessDir, { identity }))
    expect(live).toMatchObject({ verdict: 'unanchored', origin: second.log.origin })
    const chain = () => Effect.runPromise(verifyChain({ paths, from: live }))
    expect(await chain()).toEqual([
      expect.objectContaining({ origin: first.log.origin, verdict: 'consistent', matches: true }),
      expect.objectContaining({
        origin: first.archived.origin,
        verdict: 'consistent',
        matches: true,
        size: first.archived.size,
        root: first.archived.root,
      }),
    ])
    expect(fs.existsSync(path.join(first.archived.dir, 'tiles/checkpoint'))).toBe(true)

    // The tables of the older log with a byte changed in them.
    const store = path.join(first.archived.dir, 'witness')
    for (const name of fs.readdirSync(store).filter((one) => /\.(ldb|log)$/.test(one))) {
      const bytes = fs.readFileSync(path.join(store, name))
      if (bytes.length > 200) bytes[100]! ^= 1
      fs.writeFileSync(path.join(store, name), bytes)
    }
    expect((await chain())[1]).toMatchObject({ verdict: 'bad', matches: false })
    fs.rmSync(second.archived.dir, { recursive: true })
    expect(await chain()).toEqual([
      expect.objectContaining({ origin: first.log.origin, verdict: 'missing', dir: null }),
    ])
  })

  it('goes to another folder where one is named, and is found there', async () => {
    const base = temporaryDir()
    const paths = pathsUnder(path.join(base, 'iso'))
    await used(base)
    const out = path.join(base, 'old log')
    const done = await archive(base, { out })
    expect(done.archived.dir).toBe(out)
    const live = await Effect.runPromise(verifyDirectory(paths.witnessDir))
    expect(await Effect.runPromise(verifyChain({ paths, from: live }))).toEqual([
      expect.objectContaining({ dir: out, matches: true }),
    ])
    await expect(archive(base, { out })).rejects.toMatchObject({ kind: 'archive-used', exit: 2 })
    expect(pinAt(base).origin).toBe(done.log.origin)
  })

  it('is refused while a control plane has the log, and the log goes on', async () => {
    const base = temporaryDir()
    await withPlane(
      async () => {
        await expect(archive(base)).rejects.toMatchObject({ kind: 'store-held' })
      },
      { base },
    )
  })

  it('at level authority needs the signature, and the next log demands it too', async () => {
    const base = temporaryDir()
    const passphrase = 'several words nobody would guess'
    await withPlane(async () => undefined, { base, passphrase })
    await expect(archive(base)).rejects.toMatchObject({ kind: 'denied', exit: 2 })
    const { authority } = pinAt(base)
    const done = await archive(base, { passphrase })
    expect(pinAt(base)).toMatchObject({ origin: done.log.origin, authority })
    const paths = pathsUnder(path.join(base, 'iso'))
    const live = await Effect.runPromise(verifyDirectory(paths.witnessDir))
    expect(await Effect.runPromise(verifyChain({ paths, from: live }))).toMatchObject([
      { matches: true },
    ])
    await withPlane(
      async (plane) => {
        await plane.call('mode.set', { mode: 'enforce' })
        await expect(plane.call('mode.set', { mode: 'profile', ...outside })).rejects.toMatchObject(
          { kind: 'denied' },
        )
      },
      { base },
    )
  })
})

const STEPS = [
  'begun',
  'closed',
  'made',
  'recorded',
  'pinned',
  'aside',
  'moved',
  'back',
  'in place',
  'noted',
]

describe('archiving that is cut short', () => {
  for (const step of STEPS)
    it(`leaves one log in use, and one alone, at "${step}"`, async () => {
      const base = temporaryDir()
      const paths = pathsUnder(path.join(base, 'iso'))
      const before = await used(base)
      const old = pinAt(base)
      const cut = new Error('cut short')
      await expect(
        archive(base, {
          at: (one) => {
            if (one === step) throw cut
          },
        }),
      ).rejects.toThrow()
      const isNew = STEPS.indexOf(step) >= STEPS.indexOf('pinned')
      expect(pinAt(base).origin === old.origin).toBe(!isNew)
      await withPlane(
        async (plane) => {
          const { gate, taint } = plane.context.log.projected()
          expect(gate.origin).toBe(pinAt(base).origin)
          expect(gate).toMatchObject({ mode: 'enforce', posture: 'autonomous' })
          expect(plane.context.inForce().policyDigest).toBe(before.digest)
          expect(taint.count).toBe(1)
          expect((await plane.call('witness.verify', {})).verdict).not.toBe('bad')
        },
        { base },
      )
      // The same again, whole: nothing that was left is in its way, and the chain holds.
      await archive(base)
      const live = await Effect.runPromise(verifyDirectory(paths.witnessDir))
      const chain = await Effect.runPromise(verifyChain({ paths, from: live }))
      expect(chain.map(({ matches }) => matches)).toEqual(isNew ? [true, true] : [true])
      expect(fs.readdirSync(archiveDir(paths))).toHaveLength(chain.length)
      expect(fs.existsSync(nextWitnessDir(paths)) || fs.existsSync(successionFile(paths))).toBe(
        false,
      )
    })
})
