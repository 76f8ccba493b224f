// The keys and the pin behind a signed loosening, from this user's files.
import * as Effect from 'effect/Effect'
import { signLoosening } from '../../infra/keys/authority.ts'
import { readPin } from '../../infra/keys/identity.ts'
import type { AppPaths } from '../../infra/paths.ts'
import { CommandFailure } from '../terminal/failure.ts'
import type { LooseningOptions } from './loosening.ts'
import { runEffect } from './runEffect.ts'

export const signingWith = (paths: AppPaths): Pick<LooseningOptions, 'pin' | 'sign'> => {
  const { hardened } = paths
  const of = hardened === undefined ? {} : { uid: hardened.serviceUid }
  return {
    pin: async () => {
      // Said before anything is asked: the control plane would refuse it.
      if (hardened !== undefined && process.getuid?.() !== 0)
        throw new CommandFailure({
          kind: 'denied',
          message: 'this loosens the gate, and at assurance level hardened only root may do that',
          remedy: `in a terminal of your own: sudo ${hardened.cli} hook …`,
          exit: 2,
        })
      return runEffect(Effect.fromResult(readPin(paths.identityFile, of)))
    },
    sign: (passphrase, challenge) =>
      runEffect(signLoosening(paths.authorityFile, passphrase, challenge, of)),
  }
}
