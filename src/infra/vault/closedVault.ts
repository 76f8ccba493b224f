// The vault where the master key cannot be had: nothing gets a token and no token is restored.
import * as Result from 'effect/Result'
import type { FileFailure } from '../files/failure.ts'
import type { KeyFailure } from '../keys/keyFile.ts'
import type { OpenVault } from './logVault.ts'

export const closedVault = (problem: KeyFailure | FileFailure): OpenVault => {
  const refuse = (): never => {
    throw problem
  }
  return {
    of: () => Promise.resolve({ tokenise: refuse, valueOf: () => undefined }),
    sessionOf: () => Promise.reject(problem),
    valuesOf: () => Promise.reject(problem),
    collect: () => Promise.reject(problem),
    sweep: () => Result.succeed(0),
  }
}
