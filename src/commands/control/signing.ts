// The keys and the pin behind a signed loosening, from this user's files.
import * as Effect from 'effect/Effect'
import { signLoosening } from '../../infra/keys/authority.ts'
import { readPin } from '../../infra/keys/identity.ts'
import type { AppPaths } from '../../infra/paths.ts'
import type { LooseningOptions } from './loosening.ts'
import { runEffect } from './runEffect.ts'

export const signingWith = (paths: AppPaths): Pick<LooseningOptions, 'pin' | 'sign'> => ({
  pin: () => runEffect(Effect.fromResult(readPin(paths.identityFile))),
  sign: (passphrase, challenge) =>
    runEffect(signLoosening(paths.authorityFile, passphrase, challenge)),
})
