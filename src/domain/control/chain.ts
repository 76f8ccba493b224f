// The logs that a log goes on from, each verified, the latest first.

/** One archived log beside what the log after it says of it. */
export interface ChainLink {
  readonly origin: string
  /** Its folder; null where it is not among the archived logs. */
  readonly dir: string | null
  /** As it was found; of one that is missing as the log after it says. */
  readonly size: number
  /** RFC 6962 root, hex. */
  readonly root: string
  readonly verdict: 'consistent' | 'bad' | 'missing'
  /** It is what the log after it says: same size, same root, closed in favour of that log. */
  readonly matches: boolean
  readonly problem: string | null
}

/** Bad, or another log than the one it should be. What is missing may lie elsewhere. */
export const isBrokenLink = ({ verdict, matches }: ChainLink): boolean =>
  verdict === 'bad' || (verdict === 'consistent' && !matches)
