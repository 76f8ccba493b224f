// Who may ask what. At `open` and `authority` whoever reaches the control socket has the user's uid, and
// changes are fenced off one by one (changes.ts). At `hardened` the agent's uid reaches one socket, on
// which it reads and tightens, and root another. The socket is the proof: no pid, no word of the caller's.
import * as Effect from 'effect/Effect'
import { ControlFailure, type MethodName } from '../../domain/control/methods.ts'
import type { ControlContext } from './context.ts'
import { isInsideClient } from './processTree.ts'

/** `owner`: the uid that the control plane runs as. `user`: whoever it gates. */
export type Asker = 'owner' | 'user' | 'root'

/**
 * What the user may ask for: what reads, and changes, of which those that loosen are refused later. Not
 * here is what ends or destroys something, and what starts a program or writes files at the control
 * plane's uid. A method that is new is root's until it is named.
 */
const USERS: ReadonlySet<MethodName> = new Set<MethodName>([
  'status',
  'challenge',
  'explain',
  'config.show',
  'policy.show',
  'policy.suggest',
  'policy.backtest',
  'policy.history',
  'policy.past',
  'profile.report',
  'profile.observations',
  'cost.report',
  'taint.list',
  'vault.stats',
  'intel.status',
  'secret.list',
  'skill.list',
  'skill.check',
  'skill.verify',
  'guard.list',
  'statusline.show',
  'canary.begin',
  'canary.end',
  'witness.gaps',
  'witness.stats',
  'witness.query',
  'witness.verify',
  'witness.replay',
  'witness.prove',
  'witness.checkpoint',
  'witness.receipts',
  'mode.set',
  'posture.set',
  'suspend',
  'resume',
  'config.set',
  'policy.import',
  'taint.clear',
  'vault.reveal',
  'vault.export',
  'secret.set',
  'skill.trust',
  'skill.drop',
  'guard.remove',
  'approval.list',
  'approval.grant',
  'approval.revoke',
])

/** What nobody is given at `hardened`, and why. */
const OFF: Partial<Record<MethodName, string>> = {
  'guard.add': 'guards are programs of the user’s, which the control plane’s user does not start',
  'integrity.restore':
    'the control plane’s user writes no files of yours: isonapse hook integrity log INDEX shows what to put back',
  'guard.test': 'guards are programs of the user’s, which the control plane’s user does not start',
}

const asRoot = (command: string): string => `sudo isonapse hook ${command}`

/** Refuses what this asker is not given; the change itself is measured where it is made. */
export const mayAsk = (
  method: MethodName,
  { asker = 'owner', paths }: Pick<ControlContext, 'asker' | 'paths'>,
): Effect.Effect<void, ControlFailure> => {
  if (asker === 'owner') return Effect.void
  const off = OFF[method]
  if (off !== undefined)
    return denied(`not at assurance level hardened: ${off}`, asRoot('harden --undo'))
  return asker === 'root' || USERS.has(method) ? Effect.void : onlyRoot('this', paths)
}

export const onlyRoot = (
  what: string,
  { hardened }: ControlContext['paths'],
): Effect.Effect<never, ControlFailure> =>
  denied(
    `at assurance level hardened only root may do ${what}`,
    `run the command with sudo, in a terminal of your own${hardened === undefined ? '' : `: sudo ${hardened.cli} hook …`}`,
  )

const denied = (message: string, remedy: string): Effect.Effect<never, ControlFailure> =>
  Effect.fail(new ControlFailure({ kind: 'denied', message, remedy, exit: 2 }))

/** The process that asks is the client or below it, as far as its pid says. */
export const fromInside = (pid: number | undefined, { asker }: Pick<ControlContext, 'asker'>) =>
  pid === undefined || isInsideClient(pid, asker === 'root')
