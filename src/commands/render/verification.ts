// `witness verify` for a person: the verdict in its own words, and what it rests on.
import { type ChainLink, isBrokenLink } from '../../domain/control/chain.ts'
import type { Verification } from '../../domain/control/methods.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrapped } from '../terminal/width.ts'

/** Whose log it was taken to be. */
export type Identity = 'pinned' | 'given' | 'entry 0'

/** What was verified; a proof is of one entry. */
export type Subject = 'log' | 'export' | 'archive' | { readonly entry: number | bigint }

const subjectText = (subject: Subject, size: number): string =>
  typeof subject === 'object'
    ? `the proof of entry ${subject.entry}, in a log of ${count(size)}`
    : `${count(size)} entries of ${subject === 'log' ? 'the live log' : subject === 'archive' ? 'an archived log' : 'an export'}`

export const VERDICT_WORDS: Record<Verification['verdict'], string> = {
  anchored: 'consistent and anchored',
  unanchored: 'consistent, unanchored',
  bad: 'BAD',
}

/**
 * 0, or 1 for what is bad and, where `strict`, for what nothing from outside vouches for. The logs that it
 * goes on from count too: one that is bad or another, and where `strict` one that is missing.
 */
export const verificationExit = (
  { verdict }: Verification,
  strict: boolean,
  chain: ReadonlyArray<ChainLink> = [],
): 0 | 1 =>
  verdict === 'bad' ||
  chain.some(isBrokenLink) ||
  (strict && (verdict === 'unanchored' || chain.some((link) => link.verdict === 'missing')))
    ? 1
    : 0

export const verificationLines = (
  verification: Verification,
  subject: Subject,
  identity: Identity,
  { style, width }: Pick<Terminal, 'style' | 'width'>,
): ReadonlyArray<string> => {
  const { verdict, size, root, origin, checkpoints, snapshots, badIndex, problem, tookMs } =
    verification
  const colour = verdict === 'bad' ? style.red : verdict === 'anchored' ? style.green : style.yellow
  const badRow = badIndex === null ? [] : [['first bad', `entry ${count(badIndex)}`] as const]
  return [
    style.bold(colour(VERDICT_WORDS[verdict])) + (problem === null ? '' : `: ${printed(problem)}`),
    ...facts(
      [
        ...badRow,
        ['checked', `${subjectText(subject, size)}, in ${tookMs} ms`],
        ['root', root === '' ? 'none' : printed(root)],
        ['log', `${printed(origin) || 'unknown'} (${IDENTITY_WORDS[identity]})`],
        ['checkpoints', count(checkpoints)],
        ['snapshots', count(snapshots)],
      ],
      { width, dim: style.dim },
    ),
    ...advice(verification, width).map((line) => style.dim(line)),
  ]
}

const IDENTITY_WORDS: Record<Identity, string> = {
  pinned: 'the one pinned here',
  given: 'the one given with --key',
  'entry 0': 'as its own entry 0 says; it is not the one pinned here',
}

const advice = ({ verdict }: Verification, width: number): ReadonlyArray<string> => {
  if (verdict === 'anchored') return []
  const text =
    verdict === 'bad'
      ? 'Keep a copy of the data directory before anything else. What lies before the first bad entry is as it was written.'
      : 'Nothing from outside was compared with: a log rewritten as a whole by whoever holds its key would look the same. Keep checkpoints elsewhere (hook witness checkpoint --out FILE) and verify --against them.'
  return ['', ...(width === Infinity ? [text] : wrapped(text, width))]
}
