// What is registered where, as long as the log says that it is installed. The record is a file of ours, and
// whoever changes the client's settings may change it along: what was in it once stays, until it is
// installed anew.
import * as Result from 'effect/Result'
import {
  readWiringRecord,
  sameRegistration,
  type WiringRecord,
  wiringFile,
} from '../client/wiringRecord.ts'
import { fileStamp } from '../files/stamp.ts'
import type { AppPaths } from '../paths.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'

export interface RegisteredOptions {
  readonly paths: Pick<AppPaths, 'configDir'>
  readonly log: Pick<WitnessLog['Service'], 'projected'>
}

const MOST_REGISTRATIONS = 64

const together = (a: WiringRecord, b: WiringRecord): WiringRecord['registrations'] => [
  ...a.registrations,
  ...b.registrations
    .filter((one) => !a.registrations.some((other) => sameRegistration(one, other)))
    .slice(0, Math.max(0, MOST_REGISTRATIONS - a.registrations.length)),
]

/** Undefined where nothing is installed, or nothing is known of it. */
export const makeRegistered = ({
  paths,
  log,
}: RegisteredOptions): (() => WiringRecord | undefined) => {
  let kept:
    { readonly since: number; readonly stamp: string; readonly record: WiringRecord } | undefined

  return () => {
    // Taken out by the user, or never there: then nothing of ours is to be in those files.
    const { installed, since } = log.projected().plugin
    if (installed === null) return undefined
    // Asked at every event: read again where it is another file.
    const stamp = fileStamp(wiringFile(paths))
    if (kept?.since === since && kept.stamp === stamp) return kept.record
    const read = Result.getOrUndefined(readWiringRecord(paths))
    if (kept === undefined || kept.since !== since)
      kept = read === undefined ? undefined : { since, stamp, record: read }
    else if (read?.clientDir === kept.record.clientDir)
      kept = {
        since,
        stamp,
        record: { ...kept.record, registrations: together(kept.record, read) },
      }
    else kept = { ...kept, stamp }
    return kept?.record
  }
}
