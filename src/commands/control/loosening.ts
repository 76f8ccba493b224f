// How a change is made that may loosen the gate: the control plane says what it would become; it is
// checked, shown, agreed to, and at level `authority` signed. Nothing is signed that was not asked.
import type { ControlItem, ResultOf } from '../../domain/control/methods.ts'
import type { Pin } from '../../infra/keys/identity.ts'
import { type Asker, confirm } from '../terminal/ask.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { askPassphrase } from '../terminal/passphrase.ts'
import { printed } from '../terminal/printed.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { hanging } from '../terminal/width.ts'
import { type AskedChange, type AskedMethod, changeInWords, differsIn } from './change.ts'
import type { Control } from './withControlPlane.ts'

type Challenge = ResultOf<'challenge'>

export interface LooseningOptions {
  readonly terminal: Terminal
  readonly asker: Asker
  readonly yes: boolean
  readonly passphraseFile: string | undefined
  /** The process that asks, for the process-tree check. */
  readonly pid: number
  /** The pinned identity of this user's log; undefined where there is none. */
  readonly pin: () => Promise<Pin | undefined>
  readonly sign: (
    passphrase: string,
    challenge: Challenge,
  ) => Promise<{ readonly after: number; readonly signature: string }>
  /** What the change sends before its answer. */
  readonly onItem?: (item: ControlItem) => void
}

/** `made` is false where the person said no, and nothing was changed. */
export type Made<M extends AskedMethod> =
  { readonly made: true; readonly result: ResultOf<M> } | { readonly made: false }

export const makeChange = async <M extends AskedMethod>(
  control: Control,
  asked: AskedChange<M>,
  options: LooseningOptions,
): Promise<Made<M>> => {
  const { method, params } = asked
  const send = async (more: object): Promise<Made<M>> => {
    const result = await control.call(
      method,
      { ...params, pid: options.pid, ...more } as typeof params,
      options.onItem,
    )
    return { made: true, result }
  }
  // Without a control plane nothing can be changed, and its refusal says so before anything is asked.
  if (!control.running) return send({})
  const challenge = await control.call('challenge', { method, params })
  if (!challenge.loosens) return send({})
  await checkChallenge(challenge, asked, options)
  show(challenge, asked, options)
  if (challenge.authority === null)
    return options.yes || (await confirm(options.asker, 'Go on?')) ? send({}) : { made: false }
  // A passphrase that is typed is an answer by itself; one from a file is not.
  if (
    options.passphraseFile !== undefined &&
    !options.yes &&
    !(await confirm(options.asker, 'Sign it?'))
  )
    return { made: false }
  const passphrase = await askPassphrase(options.asker, options.passphraseFile)
  if (passphrase === '') return { made: false }
  return send({ authorisation: await options.sign(passphrase, challenge) })
}

const checkChallenge = async (
  challenge: Challenge,
  asked: AskedChange,
  { pin }: LooseningOptions,
): Promise<void> => {
  const wrong = differsIn(asked.event, challenge.change)
  if (wrong !== undefined)
    throw distrust(
      `it would make another change than the one asked for (its ${printed(wrong, 40)})`,
    )
  if (!Number.isSafeInteger(challenge.after) || challenge.after < 0)
    throw distrust('it names no place in the log')
  const pinned = await pin()
  if (pinned === undefined) {
    if (challenge.authority !== null)
      throw distrust('no log is pinned here to compare its log with')
    return
  }
  if (challenge.origin !== pinned.origin || challenge.authority !== pinned.authority)
    throw distrust(
      `its log is ${printed(challenge.origin, 100)}, the pinned one is ${pinned.origin}`,
    )
}

const distrust = (why: string) =>
  new CommandFailure({
    kind: 'wrong-challenge',
    message: `nothing was changed: what answers is not the control plane of this log, ${why}`,
    remedy: 'isonapse hook stop, then isonapse hook start, then isonapse hook status',
    exit: 1,
  })

const show = (
  { change, authority, origin }: Challenge,
  { words }: AskedChange,
  { terminal }: LooseningOptions,
): void => {
  const { errStyle, err, errIsTerminal, width } = terminal
  err(
    `${errStyle.yellow(authority === null ? 'This loosens the gate:' : 'This loosens the gate, and will be signed:')}\n`,
  )
  for (const line of changeInWords(change, words).split('\n'))
    for (const shown of hanging(`  ${printed(line)}`, errIsTerminal ? width : Infinity))
      err(`${errStyle.bold(shown)}\n`)
  if (authority !== null) err(`  ${errStyle.dim(`log ${printed(origin, 100)}`)}\n`)
}
