// What there is to verify and whose log it should be: the live log through the control plane, an
// export or a proof with files alone.
import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fromUtf8 } from '../../domain/bytes.ts'
import type { ChainLink } from '../../domain/control/chain.ts'
import type { Verification } from '../../domain/control/methods.ts'
import { parseCheckpoint } from '../../domain/note/checkpoint.ts'
import { parseNote } from '../../domain/note/note.ts'
import { parseTlogProof } from '../../domain/note/tlogProof.ts'
import { archivedStore } from '../../infra/archive/archivePlaces.ts'
import { type Pin, readPin } from '../../infra/keys/identity.ts'
import { type LogIdentity, verifyExport, verifyProof } from '../../infra/verifier/verifyExport.ts'
import { readNamedFile } from '../oneShot/readFile.ts'
import type { Identity, Subject } from '../render/verification.ts'
import { fromHere } from '../terminal/currentDir.ts'
import { CommandFailure, usage } from '../terminal/failure.ts'
import { progressTo } from '../terminal/progress.ts'
import * as Result from 'effect/Result'
import { ownPlace } from './ownPlace.ts'
import { runEffect } from './runEffect.ts'
import { withControlPlane } from './withControlPlane.ts'

export interface Verified {
  readonly verification: Verification
  readonly subject: Subject
  readonly identity: Identity
  /** The logs that it goes on from, the latest first. */
  readonly chain: ReadonlyArray<ChainLink>
}

type Alone = Omit<Verified, 'chain'>

interface Asked {
  readonly path: string | undefined
  readonly against: string | undefined
  readonly key: string | undefined
}

type Report = (done: number, total: number, what: string) => void

const MOST_BYTES = 1024 * 1024

export const verified = async (asked: Asked, report: Report): Promise<Verified> => {
  const alone = await verifiedAlone(asked, report)
  const { verification } = alone
  // Of a log that is bad it cannot be told what it goes on from.
  if (verification.verdict === 'bad' || verification.parent === undefined)
    return { ...alone, chain: [] }
  const { verifyChain } = await import('../../infra/archive/chain.ts')
  const { origin, parent } = verification
  const chain = await runEffect(
    verifyChain({
      paths: ownPlace().paths,
      from: { origin, parent },
      onProgress: (done, total) => report(done, total, 'entries of archived logs verified'),
    }),
  )
  return { ...alone, chain }
}

const verifiedAlone = async (asked: Asked, report: Report): Promise<Alone> => {
  const against = asked.against === undefined ? {} : { against: textOf(asked.against) }
  if (asked.path === undefined) {
    if (asked.key !== undefined)
      throw usage(
        '--key is for an export or a proof',
        'isonapse hook witness verify PATH --key KEY',
      )
    const verification = await withControlPlane((control) =>
      control.call('witness.verify', against, progressTo(report)),
    )
    return { verification, subject: 'log', identity: 'pinned' }
  }
  const at = fromHere(asked.path)
  const stat = fs.statSync(at, { throwIfNoEntry: false })
  if (stat === undefined) throw usage(`${asked.path}: there is no such file or folder`)
  const pin = await ownPin()
  if (stat.isDirectory() && fs.existsSync(archivedStore(at)))
    return archiveVerified(at, asked.key, against, report)
  return stat.isDirectory()
    ? exportVerified(at, asked.key, against, pin, report)
    : proofVerified(at, asked.key, against, pin)
}

const textOf = (file: string): string => {
  const text = fromUtf8(readNamedFile(file, MOST_BYTES))
  if (text === undefined) throw usage(`${file}: is not UTF-8 text`)
  return text
}

const ownPin = async (): Promise<Pin | undefined> => {
  const { paths } = ownPlace()
  // It lies where only the control plane and root read.
  if (paths.hardened !== undefined) return undefined
  return runEffect(Effect.fromResult(readPin(paths.identityFile)))
}

/** The key given, else the pinned one where the file says that it is of the pinned log. */
const identityFor = (
  key: string | undefined,
  pin: Pin | undefined,
  origin: string | undefined,
): { readonly identity: Identity; readonly log?: LogIdentity } => {
  if (key !== undefined) return { identity: 'given', log: { verifierKey: key } }
  if (pin !== undefined && origin === pin.origin)
    return { identity: 'pinned', log: { origin: pin.origin, verifierKey: pin.verifierKey } }
  return { identity: 'entry 0' }
}

/** By the identity that lies with it, or the key given: its successor says whether it is that one. */
const archiveVerified = async (
  dir: string,
  key: string | undefined,
  against: { readonly against?: string },
  report: Report,
): Promise<Alone> => {
  const { verifyArchived } = await import('../../infra/archive/chain.ts')
  const { verifierKey, ...verification } = await runEffect(
    verifyArchived(dir, {
      ...against,
      onProgress: (done, total) => report(done, total, 'entries verified'),
    }),
  )
  if (key !== undefined && verifierKey !== key)
    throw usage(`${dir}: is of another log than the one with this key`)
  return { verification, subject: 'archive', identity: key === undefined ? 'entry 0' : 'given' }
}

const exportVerified = async (
  dir: string,
  key: string | undefined,
  against: { readonly against?: string },
  pin: Pin | undefined,
  report: Report,
): Promise<Alone> => {
  const { identity, log } = identityFor(key, pin, originIn(path.join(dir, 'checkpoint')))
  const verification = await runEffect(
    verifyExport({
      dir,
      ...against,
      ...(log === undefined ? {} : { identity: log }),
      onProgress: ({ done, total, what }) => report(done, total, what),
    }),
  )
  return { verification, subject: 'export', identity }
}

const proofVerified = async (
  file: string,
  key: string | undefined,
  against: { readonly against?: string },
  pin: Pin | undefined,
): Promise<Alone> => {
  const proof = textOf(file)
  const parsed = parseTlogProof(proof)
  const origin = Result.isSuccess(parsed) ? originOf(parsed.success.checkpoint) : undefined
  const { identity, log } = identityFor(key, pin, origin)
  if (log === undefined)
    throw new CommandFailure({
      kind: 'unknown-log',
      message: `${file}: the proof is of ${origin === undefined ? 'no log that can be told' : `the log ${origin}`}, which is not the one pinned here`,
      remedy: 'add --key with the verifier key of the log it should be of',
      exit: 2,
    })
  const verification = await runEffect(
    Effect.mapError(Effect.fromResult(verifyProof({ proof, identity: log, ...against })), () =>
      usage(`${file}: the proof does not carry its entry`),
    ),
  )
  return {
    verification,
    subject: { entry: Result.isSuccess(parsed) ? parsed.success.index : 0 },
    identity,
  }
}

/** The origin that a checkpoint's file says; verifying it comes later. */
export const originIn = (file: string): string | undefined => {
  try {
    return originOf(fromUtf8(readNamedFile(file, MOST_BYTES)) ?? '')
  } catch (error) {
    if (error instanceof CommandFailure) return undefined
    throw error
  }
}

const originOf = (note: string): string | undefined => {
  const checkpoint = Result.flatMap(parseNote(note), ({ text }) => parseCheckpoint(text))
  return Result.isSuccess(checkpoint) ? checkpoint.success.origin : undefined
}
