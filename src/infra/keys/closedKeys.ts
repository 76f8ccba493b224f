// Session keys where the master key cannot be had: nothing is sealed and nothing opens, and the log
// itself still reads and verifies.
import type { FileFailure } from '../files/failure.ts'
import type { KeyFailure } from './keyFile.ts'
import type { SessionKeys } from './sessionKeys.ts'

export const closedKeys = (problem: KeyFailure | FileFailure): SessionKeys['Service'] => {
  const refuse = (): never => {
    throw problem
  }
  return {
    seal: refuse,
    tag: refuse,
    open: () => (problem.reason === 'missing' ? 'no-key' : 'damaged'),
    keyProblem: () => problem,
    forget: () => {},
  }
}
