// The mode marker beside the hook script: one word that tells the script what to do when no control
// plane answers. It never says more than the log; only `profile` lets a call proceed.
import * as Result from 'effect/Result'
import { utf8 } from '../../domain/bytes.ts'
import { atomicWrite } from '../files/atomicWrite.ts'
import { FileFailure, shown } from '../files/failure.ts'
import { readIfThere, type ReadOptions } from '../files/readOwnFile.ts'

export const MARKERS = ['profile', 'enforce', 'locked'] as const

export type Marker = (typeof MARKERS)[number]

/** A marker is one of the words above and a newline; whatever is longer was not written here. */
const MAX_MARKER_BYTES = 64

/**
 * Puts the word at an absolute path (mode 0600 unless told): a script that reads meanwhile sees the old word or
 * the new one, and so does one after a crash. Tightening writes the marker before the log, loosening
 * after it, so that a crash between the two leaves the stricter one here.
 */
export const writeMarker = (
  file: string,
  marker: Marker,
  readers: Readers = 'owner',
): Result.Result<void, FileFailure> =>
  atomicWrite(file, `${marker}\n`, { mode: readers === 'owner' ? 0o600 : 0o644 })

/** `all`: another uid's script reads it, as at assurance level `hardened`. */
export type Readers = 'owner' | 'all'

/**
 * The word at an absolute path; undefined where there is no file. Anything that is not exactly one
 * of the words on one line is a FileFailure: the script takes it for `enforce`, and so must a caller.
 */
export const readMarker = (
  file: string,
  of: Pick<ReadOptions, 'uid' | 'readers'> = {},
): Result.Result<Marker | undefined, FileFailure> =>
  readIfThere(file, { ...of, maxBytes: MAX_MARKER_BYTES }, (bytes) => {
    const marker = MARKERS.find((word) => Buffer.from(utf8(`${word}\n`)).equals(bytes))
    return marker === undefined ? Result.fail(garbled(file)) : Result.succeed(marker)
  })

const garbled = (file: string): FileFailure =>
  new FileFailure({
    reason: 'io',
    path: file,
    detail: `holds none of ${MARKERS.join(', ')}, so it is taken for enforce`,
    remedy: `rm ${shown(file)}, then isonapse hook start`,
  })
