// Sealing, opening and tagging by session, on the hot path: keys are unwrapped once and held in
// memory, bounded. Key bytes never leave this module.
import * as Context from 'effect/Context'
import * as Effect from 'effect/Effect'
import * as Layer from 'effect/Layer'
import * as Result from 'effect/Result'
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Sealed } from '../../domain/event/sealed.ts'
import { sweepTemporaries } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { KEY_BYTES, type KeyFailure } from './keyFile.ts'
import { readMasterKey } from './masterKey.ts'
import { type ChunkOf, openPayload, type SealedPayload, sealPayload } from './payloads.ts'
import { obtainSessionKey, readSessionKey, sessionKeyFile } from './sessionKeyFiles.ts'

/** Sessions whose keys are held unwrapped; more than run at once on one machine. */
export const MOST_HELD = 256

/** Hex digits of an input tag: 128 bits. */
const TAG_DIGITS = 32

export class SessionKeys extends Context.Service<
  SessionKeys,
  {
    /**
     * Seals a payload under its session's key (null: no session), which it creates, durably, on first
     * use. Synchronous: throws KeyFailure or FileFailure when the key cannot be had, and then nothing
     * was sealed.
     */
    readonly seal: (session: string | null, kind: string, plaintext: Uint8Array) => SealedPayload
    /**
     * Opens a payload. `no-key`: there is no key file, it was collected. `damaged`: something does
     * not authenticate, or the key's own file cannot be used; keyProblem tells which. Never throws.
     */
    readonly open: (
      session: string | null,
      kind: string,
      sealed: Sealed,
      chunkOf: ChunkOf,
    ) => Uint8Array | 'no-key' | 'damaged'
    /** HMAC-SHA-256 under the session's tag key, 128 bits in hex. Creates and throws as seal does. */
    readonly tag: (session: string | null, bytes: Uint8Array) => string
    /** Why a session's key file cannot be used; undefined when it can, or when there is none. */
    readonly keyProblem: (session: string | null) => KeyFailure | FileFailure | undefined
    /** Lets go of keys whose files were destroyed: nothing more may be sealed under them. */
    readonly forget: () => void
  }
>()('isonapse/infra/keys/SessionKeys') {
  /** Over a keys folder that has a master key; removes what crashed key creations left there. */
  static readonly layer = (keysDir: string): Layer.Layer<SessionKeys, KeyFailure | FileFailure> =>
    Layer.effect(
      SessionKeys,
      Effect.gen(function* () {
        const masterKey = yield* Effect.fromResult(readMasterKey(keysDir))
        yield* Effect.try({
          try: () => sweepTemporaries(keysDir),
          catch: (error) => failureOf(keysDir, 'clear it up', error),
        })
        return makeSessionKeys(keysDir, masterKey)
      }),
    )
}

/** Key objects: a third of the time per message that raw bytes take. */
interface Subkeys {
  readonly seal: KeyObject
  readonly tag: KeyObject
}

/** RFC 5869, so that what one use gives away says nothing about the other. */
const subkeysOf = (sessionKey: Uint8Array): Subkeys => {
  const derive = (use: string) =>
    createSecretKey(
      Buffer.from(hkdfSync('sha256', sessionKey, '', `isonapse.session.v1\n${use}`, KEY_BYTES)),
    )
  return { seal: derive('seal'), tag: derive('tag') }
}

export const makeSessionKeys = (keysDir: string, masterKey: Uint8Array): SessionKeys['Service'] => {
  // Insertion order is age of use: the first key of the map is the one to let go.
  const held = new Map<string | null, Subkeys>()

  const hold = (session: string | null, sessionKey: Uint8Array): Subkeys => {
    const subkeys = subkeysOf(sessionKey)
    sessionKey.fill(0)
    held.set(session, subkeys)
    if (held.size > MOST_HELD) held.delete(held.keys().next().value!)
    return subkeys
  }

  const touch = (session: string | null): Subkeys | undefined => {
    const subkeys = held.get(session)
    if (subkeys === undefined) return undefined
    held.delete(session)
    held.set(session, subkeys)
    return subkeys
  }

  const existing = (
    session: string | null,
  ): Result.Result<Subkeys | 'no-key', KeyFailure | FileFailure> => {
    const subkeys = touch(session)
    if (subkeys !== undefined) return Result.succeed(subkeys)
    return Result.map(readSessionKey(keysDir, masterKey, session), (key) =>
      key === 'no-key' ? key : hold(session, key),
    )
  }

  const obtained = (session: string | null): Subkeys =>
    touch(session) ??
    hold(session, Result.getOrThrow(obtainSessionKey(keysDir, masterKey, session)))

  return {
    seal: (session, kind, plaintext) =>
      sealPayload(obtained(session).seal, session, kind, plaintext),
    open: (session, kind, sealed, chunkOf) => {
      const keys = existing(session)
      if (Result.isFailure(keys)) return 'damaged'
      if (keys.success === 'no-key') return 'no-key'
      return openPayload(keys.success.seal, session, kind, sealed, chunkOf)
    },
    tag: (session, bytes) =>
      createHmac('sha256', obtained(session).tag).update(bytes).digest('hex').slice(0, TAG_DIGITS),
    keyProblem: (session) => {
      const keys = readSessionKey(keysDir, masterKey, session)
      return Result.isFailure(keys) ? keys.failure : undefined
    },
    forget: () => {
      for (const session of held.keys())
        if (!existsSync(sessionKeyFile(keysDir, session))) held.delete(session)
    },
  }
}
