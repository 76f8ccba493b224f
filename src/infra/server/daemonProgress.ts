// How a daemon that is still opening its log tells its starter that it gets on: a line in the operator's
// log, as it tells its end there (daemonEnd.ts). It listens on no socket yet. A line is believed for its
// numbers alone: whoever could write one could make a starter wait, and do nothing else.
import { type Refolding, refoldingWords } from '../store/refolding.ts'

export const refoldingLine = (refolding: Refolding): string =>
  `opening the log: ${refolding.done} of ${refolding.total} ${refoldingWords(refolding)}`

export interface DaemonProgress {
  readonly done: number
  readonly total: number
  readonly what: string
}

const LINE =
  /^\S+Z opening the log: (\d{1,15}) of (\d{1,15}) (entries folded anew for [a-z][a-z, -]{0,200})$/

/** The last report in a piece of the log; lines that are cut or anybody else's are passed over. */
export const progressIn = (log: string): DaemonProgress | undefined => {
  // The last line may be written at this moment.
  const whole = log.slice(0, log.lastIndexOf('\n') + 1)
  const line = whole.split('\n').findLast((one) => LINE.test(one))
  if (line === undefined) return undefined
  const [, done, total, what] = LINE.exec(line)!
  return { done: Number(done), total: Number(total), what: what! }
}
