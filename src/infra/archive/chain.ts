// Walking from a log to the ones it goes on from. What is known of a parent is what its successor says
// in entry 0, which was verified; what lies in the archive has to be just that.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fromUtf8 } from '../../domain/bytes.ts'
import type { ChainLink } from '../../domain/control/chain.ts'
import type { Verification } from '../../domain/control/methods.ts'
import type { ParentLog } from '../../domain/event/event.ts'
import { readIfThere } from '../files/readOwnFile.ts'
import { Pin } from '../keys/identity.ts'
import type { AppPaths } from '../paths.ts'
import type { StoreFailure } from '../store/errors.ts'
import {
  type StoreVerification,
  verifyDirectory,
  type VerifyOptions,
} from '../store/verifyStore.ts'
import { archivedPin, archivedStore, archiveDir } from './archivePlaces.ts'

/** Folders looked into, and logs walked back: an archive that somebody filled must not hold us up. */
const MOST = 1000
const MOST_BYTES = 16_384

const decodePin = Schema.decodeUnknownResult(Schema.fromJsonString(Pin))

/** The pin in an archived log's folder; undefined where there is none. */
export const pinIn = (dir: string): Pin | undefined => {
  const read = readIfThere(archivedPin(dir), { maxBytes: MOST_BYTES }, (bytes) =>
    decodePin(fromUtf8(bytes) ?? ''),
  )
  return Result.isSuccess(read) ? read.success : undefined
}

/** An archived log as it is, by the identity that lies with it: its successor says whether it is that one. */
export const verifyArchived = (
  dir: string,
  options: Pick<VerifyOptions, 'against' | 'onProgress'>,
): Effect.Effect<Verification & { readonly verifierKey: string | undefined }, StoreFailure> => {
  const pin = pinIn(dir)
  return Effect.map(
    verifyDirectory(archivedStore(dir), {
      ...options,
      ...(pin === undefined ? {} : { identity: pin }),
    }),
    (verification) => ({ ...verification, verifierKey: pin?.verifierKey }),
  )
}

/** Folders that say they hold this log. */
const foldersOf = (paths: Pick<AppPaths, 'dataDir'>, origin: string): ReadonlyArray<string> => {
  const dir = archiveDir(paths)
  if (!fs.existsSync(dir)) return []
  return fs
    .readdirSync(dir)
    .slice(0, MOST)
    .map((name) => path.join(dir, name))
    .filter((one) => pinIn(one)?.origin === origin)
    .map((one) => fs.realpathSync(one))
}

export interface ChainOptions {
  readonly paths: Pick<AppPaths, 'dataDir'>
  /** The log that was verified. */
  readonly from: Pick<StoreVerification, 'origin' | 'parent'>
  readonly onProgress?: (done: number, total: number) => void
}

/** The latest parent first. Ends where one is missing or bad: what came before cannot be told then. */
export const verifyChain = Effect.fn('verifyChain')(function* ({
  paths,
  from,
  onProgress = () => {},
}: ChainOptions): Effect.fn.Return<ReadonlyArray<ChainLink>, StoreFailure> {
  const links: Array<ChainLink> = []
  let { origin: successor, parent } = from
  while (parent !== undefined && links.length < MOST) {
    const found: Array<Checked> = []
    for (const dir of foldersOf(paths, parent.origin)) {
      found.push(yield* linkTo(parent, successor, dir, onProgress))
      if (found.at(-1)!.link.matches) break
    }
    const { link, next } = found.at(-1) ?? missing(parent)
    links.push(link)
    successor = parent.origin
    parent = link.matches ? next : undefined
  }
  return links
})

interface Checked {
  readonly link: ChainLink
  readonly next?: ParentLog | undefined
}

const missing = ({ origin, size, root }: ParentLog): Checked => ({
  link: {
    origin,
    dir: null,
    size,
    root,
    verdict: 'missing',
    matches: false,
    problem: 'it is not among the archived logs',
  },
})

const linkTo = (
  parent: ParentLog,
  successor: string,
  dir: string,
  onProgress: (done: number, total: number) => void,
): Effect.Effect<Checked, StoreFailure> => {
  const { origin, verifierKey, authority, checkpoint } = parent
  return Effect.map(
    verifyDirectory(archivedStore(dir), {
      identity: { origin, verifierKey, authority },
      against: checkpoint,
      onProgress,
    }),
    (found) => {
      const bad = found.verdict === 'bad'
      const problem = bad ? found.problem : differenceOf(parent, successor, found)
      return {
        link: {
          origin,
          dir,
          size: found.size,
          root: found.root,
          verdict: bad ? 'bad' : 'consistent',
          matches: problem === null,
          problem,
        },
        next: found.parent,
      }
    },
  )
}

const differenceOf = (
  parent: ParentLog,
  successor: string,
  found: StoreVerification,
): string | null => {
  if (found.size !== parent.size)
    return `it holds ${found.size} entries, and was closed at ${parent.size}`
  if (found.root !== parent.root) return 'its root is another one than when it was closed'
  if (found.successor === undefined)
    return 'it does not end with its closing, or not with a valid one'
  return found.successor === successor ? null : `it was closed in favour of ${found.successor}`
}
