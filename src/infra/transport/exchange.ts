// The programs that can carry one exchange over a Unix socket, as data: where the bytes go is the
// same for all, who checks the answer is not. A relay is never trusted to notice a cut answer: nc
// and socat exit 0 on one.
import { NODE_EXCHANGE, PERL_EXCHANGE } from './selfChecking.ts'

export const EXCHANGE_KINDS = ['perl', 'nc-openbsd', 'nc-bsd', 'ncat', 'socat', 'node'] as const

export type ExchangeKind = (typeof EXCHANGE_KINDS)[number]

interface Named {
  readonly kind: ExchangeKind
  /** File names under which it may be installed. */
  readonly names: ReadonlyArray<string>
}

/**
 * Sends the request itself, checks the frame, speaks, and tells by its exit status whether it did
 * (selfChecking.ts). `text` holds no single quote.
 */
export interface CheckingProgram extends Named {
  readonly role: 'checks'
  readonly flags: ReadonlyArray<string>
  readonly text: string
}

/** Copies standard input to the socket and the socket to standard output; the script checks. */
export interface RelayProgram extends Named {
  readonly role: 'relays'
  /** Arguments after the program's path. */
  readonly argv: (options: {
    readonly socket: string
    readonly deadlineSeconds: number
  }) => ReadonlyArray<string>
  /** The socket paths it takes literally, where others would be read as syntax. */
  readonly takes?: RegExp
}

export type ExchangeProgram = CheckingProgram | RelayProgram

/** In order of preference among those that are about equally fast here. */
export const EXCHANGES: ReadonlyArray<ExchangeProgram> = [
  {
    kind: 'perl',
    names: ['perl'],
    role: 'checks',
    // -f: no site file runs first.
    flags: ['-f', '-e'],
    text: PERL_EXCHANGE,
  },
  {
    kind: 'nc-openbsd',
    names: ['nc.openbsd', 'nc'],
    role: 'relays',
    // -N: close the sending side at the end of input; without it the answer never ends.
    argv: ({ socket }) => ['-N', '-U', socket],
  },
  {
    // The nc of macOS closes its sending side without being told, and knows no -N.
    kind: 'nc-bsd',
    names: ['nc'],
    role: 'relays',
    argv: ({ socket }) => ['-U', socket],
  },
  {
    kind: 'ncat',
    names: ['ncat'],
    role: 'relays',
    argv: ({ socket }) => ['-U', socket],
  },
  {
    kind: 'socat',
    names: ['socat'],
    role: 'relays',
    // -t: how long it waits for the other side after input ended; half a second if not told. Longer
    // than the deadline, because socat calls it a success when that time is over.
    argv: ({ socket, deadlineSeconds }) => [
      '-t',
      String(deadlineSeconds + 5),
      '-',
      `UNIX-CONNECT:${socket}`,
    ],
    takes: /^[\w@%+./-]+$/,
  },
  {
    kind: 'node',
    names: ['node'],
    role: 'checks',
    flags: ['-e'],
    text: NODE_EXCHANGE,
  },
]

export const exchangeOf = (kind: ExchangeKind): ExchangeProgram =>
  EXCHANGES.find((program) => program.kind === kind)!
