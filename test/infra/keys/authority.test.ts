import { describe, expect, it } from '@effect/vitest'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { LogCreated, ModeChanged, type WitnessEvent } from '../../../src/domain/event/event.ts'
import { sha256, verifyEd25519 } from '../../../src/infra/crypto/nodeCrypto.ts'
import {
  checkPassphrase,
  enrol,
  enrolledKey,
  signLoosening,
} from '../../../src/infra/keys/authority.ts'
import { SCRYPT_COST } from '../../../src/infra/keys/authorityFile.ts'
import { type GateState, gateState } from '../../../src/projections/gateState.ts'
import { failureIn, modeOf, scratch } from '../files/scratch.ts'

const PASSPHRASE = 'seven quiet otters paddle'
/** As cheap as a file may be: these tests derive dozens of keys. */
const CHEAP = { N: 16_384, r: 8, p: 1 }
const ORIGIN = 'isonapse/test'
const loosening = new ModeChanged({ from: 'enforce', to: 'profile' })

const file = () => path.join(scratch(), 'authority.json')
const challenge = (authority: string, after = 2) => ({
  origin: ORIGIN,
  after,
  authority,
  change: { ...loosening },
})
const reasonOf = <A, E extends { readonly reason: string }>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => reason)

const fold = (events: ReadonlyArray<WitnessEvent>): GateState =>
  events.reduce(
    (state, event, index) =>
      gateState.step(state, { index, time: 0, session: null, event }, { sha256, verifyEd25519 }),
    gateState.initial(),
  )
const created = (authority: string) =>
  new LogCreated({ origin: ORIGIN, verifierKey: 'v', authority, engine: 'test' })

describe('the authority', () => {
  it.effect('signs a loosening that the log then accepts, once', () =>
    Effect.gen(function* () {
      const at = file()
      const authority = yield* enrol(at, PASSPHRASE, CHEAP)
      const tightened = new ModeChanged({ from: 'profile', to: 'enforce' })
      const authorisation = yield* signLoosening(at, PASSPHRASE, challenge(authority))
      const signed = new ModeChanged({ from: 'enforce', to: 'profile', authorisation })
      const base = [created(authority), tightened]
      expect(fold([...base, loosening])).toMatchObject({ mode: 'enforce', unsigned: [2] })
      expect(fold([...base, signed])).toMatchObject({ mode: 'profile', unsigned: [] })
      expect(fold([...base, signed, tightened, signed])).toMatchObject({
        mode: 'enforce',
        unsigned: [4],
      })
    }),
  )

  it.effect('signs for one log and one change only', () =>
    Effect.gen(function* () {
      const at = file()
      const authority = yield* enrol(at, PASSPHRASE, CHEAP)
      const elsewhere = { ...challenge(authority), origin: 'isonapse/other' }
      const other = { ...challenge(authority), change: { ...loosening, from: 'profile' } }
      const tightened = new ModeChanged({ from: 'profile', to: 'enforce' })
      for (const one of [elsewhere, other]) {
        const authorisation = yield* signLoosening(at, PASSPHRASE, one)
        const signed = new ModeChanged({ from: 'enforce', to: 'profile', authorisation })
        expect(fold([created(authority), tightened, signed]).mode).toBe('enforce')
      }
    }),
  )

  it.effect('keeps the key to the passphrase, in a file for the user alone', () =>
    Effect.gen(function* () {
      const at = file()
      const authority = yield* enrol(at, PASSPHRASE, CHEAP)
      expect(modeOf(at)).toBe('600')
      expect(fs.readFileSync(at, 'utf8')).not.toContain('otters')
      expect(Result.getOrThrow(enrolledKey(at))).toBe(authority)
      for (const wrong of ['seven quiet otters paddl', `${PASSPHRASE} `, ''])
        expect(yield* reasonOf(signLoosening(at, wrong, challenge(authority)))).toBe(
          'wrong-passphrase',
        )
    }),
  )

  it.effect('takes a passphrase however the keyboard composes it', () =>
    Effect.gen(function* () {
      const at = file()
      const authority = yield* enrol(at, 'caf\u00e9 au lait chaud', CHEAP)
      const signed = yield* signLoosening(at, 'cafe\u0301 au lait chaud', challenge(authority))
      expect(signed.after).toBe(2)
    }),
  )

  it.effect('refuses a short passphrase and leaves no file', () =>
    Effect.gen(function* () {
      const at = file()
      expect(yield* reasonOf(enrol(at, 'eleven char', CHEAP))).toBe('weak-passphrase')
      expect(fs.existsSync(at)).toBe(false)
      expect(Result.isSuccess(checkPassphrase('twelve chars'))).toBe(true)
      expect(failureIn(checkPassphrase('\u{1f512}'.repeat(11))).detail).toContain('12')
    }),
  )

  it.effect('enrols once: a second time needs the same passphrase and keeps the key', () =>
    Effect.gen(function* () {
      const at = file()
      const authority = yield* enrol(at, PASSPHRASE, CHEAP)
      expect(yield* enrol(at, PASSPHRASE, CHEAP)).toBe(authority)
      expect(yield* reasonOf(enrol(at, 'somebody else entirely', CHEAP))).toBe('wrong-passphrase')
      expect(Result.getOrThrow(enrolledKey(at))).toBe(authority)
    }),
  )

  it.effect('does not open once anything in its file was changed', () =>
    Effect.gen(function* () {
      const at = file()
      const authority = yield* enrol(at, PASSPHRASE, CHEAP)
      const other = yield* enrol(file(), PASSPHRASE, CHEAP)
      const good = JSON.parse(fs.readFileSync(at, 'utf8')) as {
        scrypt: Record<string, unknown>
        seed: string
      }
      const attempt = (changed: unknown) => {
        fs.writeFileSync(at, JSON.stringify(changed))
        return reasonOf(signLoosening(at, PASSPHRASE, challenge(authority)))
      }
      const seed = `${good.seed[0] === 'A' ? 'B' : 'A'}${good.seed.slice(1)}`
      expect(yield* attempt({ ...good, publicKey: other })).toBe('wrong-passphrase')
      expect(yield* attempt({ ...good, seed })).toBe('wrong-passphrase')
      expect(yield* attempt({ ...good, scrypt: { ...good.scrypt, N: 32_768 } })).toBe(
        'wrong-passphrase',
      )
      for (const scrypt of [
        { ...good.scrypt, N: 2 ** 30 },
        { ...good.scrypt, N: 2 },
        { ...good.scrypt, r: 10_000 },
        { ...good.scrypt, p: 1_000_000 },
        { ...good.scrypt, salt: 'not base64!' },
      ])
        expect(yield* attempt({ ...good, scrypt })).toBe('damaged')
      expect(yield* attempt('')).toBe('damaged')
      fs.writeFileSync(at, JSON.stringify(good))
      expect((yield* signLoosening(at, PASSPHRASE, challenge(authority))).after).toBe(2)
    }),
  )

  it.effect('says when nothing is enrolled, and when the key is not the one the log demands', () =>
    Effect.gen(function* () {
      const at = file()
      expect(Result.getOrThrow(enrolledKey(at))).toBeUndefined()
      expect(yield* reasonOf(signLoosening(at, PASSPHRASE, challenge('x')))).toBe('not-enrolled')
      yield* enrol(at, PASSPHRASE, CHEAP)
      for (const authority of ['x', null])
        expect(
          yield* reasonOf(signLoosening(at, PASSPHRASE, { ...challenge(''), authority })),
        ).toBe('not-this-log')
      fs.chmodSync(at, 0o640)
      expect(yield* reasonOf(signLoosening(at, PASSPHRASE, challenge('x')))).toBe('mode')
      expect(failureIn(enrolledKey(at))).toMatchObject({ remedy: `chmod 600 ${at}` })
    }),
  )

  it.effect('seals at a cost that makes guessing slow, and says so in the file', () =>
    Effect.gen(function* () {
      const at = file()
      const authority = yield* enrol(at, PASSPHRASE)
      expect(128 * SCRYPT_COST.N * SCRYPT_COST.r).toBeGreaterThanOrEqual(2 ** 27)
      expect(JSON.parse(fs.readFileSync(at, 'utf8'))).toMatchObject({ scrypt: SCRYPT_COST })
      yield* signLoosening(at, PASSPHRASE, challenge(authority))
    }),
  )
})
