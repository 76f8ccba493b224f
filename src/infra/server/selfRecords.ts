// Changes of files that instruct the agent on their way into the log: one after the other, with tokens in
// the place of values, what was replaced sealed, and all of it bounded, as an agent may change a file as
// often as it likes.
import { refOf } from '../../domain/action/paths.ts'
import type { MaskedText, PathRef, Place } from '../../domain/action/place.ts'
import { fromUtf8 } from '../../domain/bytes.ts'
import type { Draft } from '../../domain/event/envelope.ts'
import { digestOf } from '../../domain/hash.ts'
import { SelfModified } from '../../domain/event/event.ts'
import { packSelfChange, type SelfChange } from '../../domain/integrity/selfChange.ts'
import type { SkillKind } from '../../domain/skills/item.ts'
import { PLACEHOLDER } from '../../domain/secret/placeholder.ts'
import { TOKEN } from '../../domain/vault/token.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { Content, ContentChange } from '../integrity/contents.ts'
import { diffText } from '../integrity/diffText.ts'
import type { SessionKeys } from '../keys/sessionKeys.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import type { MaskedOne, MaskTexts } from './maskTexts.ts'

/** The file by its real path, and what it held before and holds. */
export type IsTurned = (file: string, before: Uint8Array, after: Uint8Array) => Promise<boolean>

export interface SelfRecordsOptions {
  readonly log: Pick<WitnessLog['Service'], 'append'>
  readonly keys: Pick<SessionKeys['Service'], 'seal'>
  readonly maskTexts: MaskTexts
  readonly isTurned: IsTurned
  /** The place that recorded paths are written in. */
  readonly outside: Place
  readonly onFailure: (line: string) => void
}

export interface FoundChange extends ContentChange {
  /** Absolute. */
  readonly file: string
  readonly kind: SkillKind | undefined
}

export interface SelfRecords {
  /** `useId`: the call that it is told of. Returns at once. */
  readonly add: (
    found: ReadonlyArray<FoundChange>,
    session: string,
    useId: string | undefined,
  ) => void
  /** Resolves when all that was added is in the log, or was given up. */
  readonly settled: () => Promise<void>
}

/** Of one session, what is kept of what was replaced. Bytes. */
const MOST_KEPT = 16 * 1024 * 1024
/** Of one session: more changes than these are told, and kept no more. */
const MOST_CHANGES = 2000
/** Found and not recorded yet: beyond them nothing is held. */
const MOST_WAITING = 512
const MOST_WAITING_BYTES = 32 * 1024 * 1024
const MOST_SESSIONS = 64

interface Spent {
  bytes: number
  changes: number
}

export const makeSelfRecords = (options: SelfRecordsOptions): SelfRecords => {
  const { outside } = options
  const kept = new Map<string, Spent>()
  const waiting = { changes: 0, bytes: 0 }
  let recording: Promise<void> = Promise.resolve()

  const add: SelfRecords['add'] = (found, session, useId) => {
    for (const one of found) {
      const isFull = waiting.changes >= MOST_WAITING || waiting.bytes >= MOST_WAITING_BYTES
      const bytes = isFull ? 0 : sizeOf(one.before) + sizeOf(one.after)
      waiting.changes += 1
      waiting.bytes += bytes
      const known = isFull
        ? { ...one, before: emptied(one.before), after: emptied(one.after) }
        : one
      recording = recording.then(async () => {
        try {
          await write(known, session, useId)
        } catch (error) {
          // Its name may hold a value, and nobody looked for one.
          options.onFailure(`a change of a file was not recorded: ${String(error)}`)
        } finally {
          waiting.changes -= 1
          waiting.bytes -= bytes
        }
      })
    }
  }

  const write = async (
    one: FoundChange,
    session: string,
    useId: string | undefined,
  ): Promise<void> => {
    const { file, kind, before, after, real = '' } = one
    const spent = spentOf(kept, session)
    spent.changes += 1
    const how = before === null ? 'created' : after === null ? 'deleted' : 'changed'
    const [was, is] = [textOf(before), textOf(after)]
    const bytes = typeof was === 'string' ? Buffer.byteLength(was) : 0
    const isSpent = spent.changes > MOST_CHANGES || spent.bytes + bytes > MOST_KEPT
    const why = isSpent ? 'full' : typeof was === 'string' || was === null ? undefined : was.unheld
    if (!isSpent) spent.bytes += bytes
    const { texts, rows } = await options.maskTexts(session, [
      refText(file, outside),
      typeof was === 'string' ? was : '',
      typeof is === 'string' ? is : '',
      real,
    ])
    const [name, maskedBefore, maskedAfter, maskedReal] = texts
    // Values came in the place of tokens, or went: the gate's own doing, on the agent's behalf.
    if (
      how === 'changed' &&
      typeof was === 'string' &&
      typeof is === 'string' &&
      modeOf(before) === modeOf(after) &&
      (isSame(maskedBefore!, maskedAfter!) || (await isTurned(real, before, after)))
    )
      return
    const told =
      isSpent ||
      (was !== null && typeof was !== 'string') ||
      (is !== null && typeof is !== 'string')
        ? undefined
        : diffText(maskedBefore!.text, maskedAfter!.text)
    const change: SelfChange = {
      v: 1,
      // With a value in its name nothing is put back there.
      ...(real === '' || maskedReal!.text !== real ? {} : { real }),
      ...(why === undefined
        ? {
            before: was === null ? null : maskedBefore!.text,
            tokens: [...new Set(maskedBefore!.tokens)],
            ...(maskedBefore!.lossy ? { lossy: true as const } : {}),
            ...wasOf(before),
          }
        : {}),
      ...afterOf(after),
      ...(told === undefined ? {} : { diff: told.diff }),
    }
    const { sealed, chunks } = isSpent
      ? { sealed: undefined, chunks: [] }
      : options.keys.seal(session, 'SelfModified', packSelfChange(change))
    const event = new SelfModified({
      path: maskedRef(refOf(file, outside), name!),
      how,
      ...(kind === undefined ? {} : { kind }),
      ...(useId === undefined ? {} : { toolUseId: useId }),
      ...(told === undefined ? {} : { added: told.added, removed: told.removed }),
      ...(why === undefined ? {} : { unkept: why }),
      ...(sealed === undefined ? {} : { payload: sealed }),
    })
    await options.log.append(
      [...rows, ...chunks, event].map((one): Draft => ({ session, event: one })),
    )
  }

  const isTurned = async (real: string, before: Content, after: Content): Promise<boolean> =>
    real !== '' &&
    before !== null &&
    after !== null &&
    'bytes' in before &&
    'bytes' in after &&
    options.isTurned(real, before.bytes, after.bytes)

  return { add, settled: () => recording }
}

/** Of what nobody had the time to look at nothing can be told. */
const isSame = (a: MaskedOne, b: MaskedOne): boolean => !a.cut && !b.cut && a.text === b.text

const spentOf = (kept: Map<string, Spent>, session: string): Spent => {
  const spent = kept.get(session) ?? { bytes: 0, changes: 0 }
  kept.delete(session)
  kept.set(session, spent)
  if (kept.size > MOST_SESSIONS) kept.delete(kept.keys().next().value!)
  return spent
}

const modeOf = (content: Content): number | undefined =>
  content !== null && 'mode' in content ? content.mode : undefined

const sizeOf = (content: Content): number =>
  content !== null && 'bytes' in content ? content.bytes.length : 0

const emptied = (content: Content): Content => (content === null ? null : { unheld: 'full' })

const textOf = (
  content: Content,
): string | null | { readonly unheld: NonNullable<SelfModified['unkept']> } => {
  if (content === null) return null
  if ('unheld' in content) return content
  return fromUtf8(content.bytes) ?? { unheld: 'binary' }
}

const wasOf = (before: Content): Pick<SelfChange, 'mode' | 'was'> =>
  before === null || !('bytes' in before)
    ? {}
    : { mode: before.mode, was: digestOf(sha256, before.bytes) }

const afterOf = (after: Content): Pick<SelfChange, 'after'> => {
  if (after === null) return { after: null }
  return 'bytes' in after ? { after: digestOf(sha256, after.bytes) } : {}
}

const refText = (file: string, outside: Place): string => {
  const [text] = Object.values(refOf(file, outside)) as [string]
  return text
}

/**
 * A value in a name is a typed node in the log, as in every fact: a stored secret's too. Of what nobody
 * looked at nothing is said.
 */
const maskedRef = (ref: PathRef, { text: masked, cut }: MaskedOne): PathRef => {
  const [root, name] = Object.entries(ref)[0] as [string, string]
  if (masked === name) return ref
  const pieces = cut ? ['', ''] : masked.split(STAND_IN)
  const text: MaskedText = pieces.flatMap((piece, i) => [
    ...(i === 0 ? [] : [{ pii: 'VALUE' }]),
    ...(piece === '' ? [] : [piece]),
  ])
  return { [root]: text } as unknown as PathRef
}

/** A token, or a secret's name. */
const STAND_IN = new RegExp(`${TOKEN.source}|${PLACEHOLDER.source.replace(/\((?!\?)/g, '(?:')}`)
