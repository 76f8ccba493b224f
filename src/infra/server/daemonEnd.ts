// How a daemon that could not come up tells its starter why: an exit status, and two lines in the
// operator's log, which is all that is left of it.

/** Another process has the store: whoever starts one may try again. sysexits.h's EX_TEMPFAIL. */
export const HELD_EXIT = 75

export interface DaemonEnd {
  readonly message: string
  readonly remedy: string | undefined
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ')

export const endLines = (time: string, { message, remedy }: DaemonEnd): string =>
  `${time} failed: ${oneLine(message)}${remedy === undefined ? '' : `\n  mend: ${oneLine(remedy)}`}`

/** What the last daemon of this text ended with; its last line where it came to no words of its own. */
export const endIn = (log: string): DaemonEnd => {
  const lines = log.trim().split('\n')
  const at = lines.findLastIndex((line) => FAILED.test(line))
  if (at === -1) return { message: lines.at(-1) || 'it ended without a word', remedy: undefined }
  return {
    message: FAILED.exec(lines[at]!)![1]!,
    remedy: /^ {2}mend: (.+)$/.exec(lines[at + 1] ?? '')?.[1],
  }
}

const FAILED = /^\S+Z failed: (.+)$/
