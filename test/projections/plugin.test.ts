import { describe, expect, it } from 'vitest'
import { authorisedBytes } from '../../src/domain/authority/authorisation.ts'
import { toBase64, utf8 } from '../../src/domain/bytes.ts'
import {
  LogCreated,
  PluginChecked,
  PluginRecorded,
  type WitnessEvent,
} from '../../src/domain/event/event.ts'
import type { Digest } from '../../src/domain/hash.ts'
import { ed25519Signer, sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import { type GateState, gateState } from '../../src/projections/gateState.ts'
import { plugin, type PluginState } from '../../src/projections/plugin.ts'
import { skills, untrustedIn } from '../../src/projections/skills.ts'

const authority = ed25519Signer(sha256(utf8('authority')))
const key = toBase64(authority.publicKey)
const inForce: GateState = {
  ...gateState.initial(),
  policy: { digest: 'd'.repeat(64) as Digest, entry: 0, chunks: 1, time: 0, source: 'init' },
}
const created = (of: string | null) =>
  new LogCreated({ origin: 'log.test/1', verifierKey: 'k', authority: of, engine: '1' })
const recorded = (digit: string, more: object = {}) =>
  new PluginRecorded({
    version: `1.0.${digit}`,
    files: [{ path: 'isonapse/hook.sh', hash: digit.repeat(64) as Digest }],
    ...more,
  })
const OUT = new PluginRecorded({ version: '', files: [] })

const signedAfter = (event: PluginRecorded, after: number): WitnessEvent => {
  const expires = 61_000
  const bytes = authorisedBytes('log.test/1', { after, expires }, { ...event })
  const signature = toBase64(authority.sign(bytes))
  return Object.assign(Object.create(Object.getPrototypeOf(event) as object) as PluginRecorded, {
    ...event,
    authorisation: { after, expires, signature },
  })
}

const fold = (...events: ReadonlyArray<WitnessEvent>) =>
  events.reduce<PluginState>(
    (state, event, index) =>
      plugin.step(
        state,
        { index, time: 1000 + index, session: null, event },
        { sha256, verifyEd25519 },
      ),
    { ...plugin.initial(), gate: inForce },
  )
const version = (...events: ReadonlyArray<WitnessEvent>) =>
  fold(...events).installed?.version ?? null

describe('the plugin as it was installed', () => {
  it('is the last that was recorded, or none', () => {
    expect(version(created(null))).toBeNull()
    expect(version(created(null), recorded('1'), recorded('2'))).toBe('1.0.2')
    expect(version(created(null), recorded('1'), OUT)).toBeNull()
    expect(version(created(null), recorded('1'), OUT, recorded('3'))).toBe('1.0.3')
  })

  it('counts as found once, before anything was recorded', () => {
    const first = { first: true as const }
    expect(version(created(key), recorded('1', first))).toBe('1.0.1')
    expect(version(created(key), recorded('1', first), recorded('2', first))).toBe('1.0.1')
    expect(version(created(null), recorded('1'), OUT, recorded('2', first))).toBeNull()
  })

  it('changes by nobody without the signature that the log demands', () => {
    const first = recorded('1', { first: true })
    expect(version(created(key), first, recorded('2'))).toBe('1.0.1')
    expect(version(created(key), first, OUT)).toBe('1.0.1')
    const signed = signedAfter(recorded('2'), 1)
    expect(version(created(key), first, signed)).toBe('1.0.2')
    const { files } = recorded('3')
    const swapped = Object.assign(signedAfter(recorded('2'), 1), { files })
    expect(version(created(key), first, swapped)).toBe('1.0.1')
  })

  it('takes nothing that this program does not install', () => {
    const file = { path: 'x', hash: '0'.repeat(64) as Digest }
    const many = new PluginRecorded({ version: '1', files: Array.from({ length: 33 }, () => file) })
    expect(version(created(null), many)).toBeNull()
    const long = new PluginRecorded({
      version: '1',
      files: [{ ...file, path: 'x'.repeat(300) }],
    })
    expect(version(created(null), long)).toBeNull()
  })
})

describe('a plugin that is not what was installed', () => {
  const state = (...codes: ReadonlyArray<string>) =>
    skills.step(
      skills.initial(),
      { index: 0, time: 0, session: null, event: new PluginChecked({ codes }) },
      { sha256, verifyEd25519 },
    )

  it('holds every session up, checked or not, until it is again', () => {
    expect(untrustedIn(state('gate-foreign', 'gate-changed'), 'any')).toEqual({
      count: 2,
      codes: ['gate-changed', 'gate-foreign'],
    })
    expect(untrustedIn(state(), 'any')).toBeUndefined()
    expect(untrustedIn(state('whatever'), 'any')).toBeUndefined()
  })
})
