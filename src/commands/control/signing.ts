// The keys and the pin behind a signed loosening, from this user's files.
import type { AppPaths } from '../../infra/paths.ts'
import { runEffect } from './runEffect.ts'
import type { LooseningOptions } from './loosening.ts'

export const signingWith = (paths: AppPaths): Pick<LooseningOptions, 'pin' | 'sign'> => ({
  pin: async () => {
    const [{ readPin }, { fromResult }] = await Promise.all([
      import('../../infra/keys/identity.ts'),
      import('effect/Effect'),
    ])
    return runEffect(fromResult(readPin(paths.identityFile)))
  },
  sign: async (passphrase, challenge) => {
    const { signLoosening } = await import('../../infra/keys/authority.ts')
    return runEffect(signLoosening(paths.authorityFile, passphrase, challenge))
  },
})
