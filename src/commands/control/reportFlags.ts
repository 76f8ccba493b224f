// Which part of the log a report is of, as flags, and as the control plane is asked.
import * as path from 'node:path'
import { string } from '@oclif/core/flags'
import type { Params } from '../../domain/control/methods.ts'
import { currentDir } from '../terminal/currentDir.ts'
import { usage } from '../terminal/failure.ts'
import { parseMoment } from '../terminal/time.ts'

export const SINCE_FLAG = string({
  description:
    'Not before this: a date, a time, or how long ago: 2026-03-01, 2026-03-01T14:00, 2h, 3d.',
  helpValue: 'TIME',
})

export const REPORT_FLAGS = {
  since: SINCE_FLAG,
  session: string({
    description: 'Of this session, by its id or the beginning of it.',
    helpValue: 'ID',
  }),
  project: string({
    description: 'Of the sessions that worked in this project.',
    helpValue: 'DIR',
  }),
}

/** Fails with a CommandFailure for what is no time. */
export const momentOf = (since: string, now: number): number => {
  const moment = parseMoment(since, now)
  if (moment === undefined)
    throw usage(`--since ${since}: not a time`, '--since 2h, --since 3d, --since 2026-03-01')
  return moment
}

export const reportScope = (
  flags: {
    readonly since: string | undefined
    readonly session: string | undefined
    readonly project: string | undefined
  },
  now: number,
): Params<'profile.report'> => ({
  ...(flags.since === undefined ? {} : { since: momentOf(flags.since, now) }),
  ...(flags.session === undefined ? {} : { session: flags.session }),
  ...(flags.project === undefined ? {} : { project: path.resolve(currentDir(), flags.project) }),
})
