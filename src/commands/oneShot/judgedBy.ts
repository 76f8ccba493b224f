// What a one-shot judges by, from the file that was named; a file that does not load is an error with
// its place in the file, and the call is denied.
import { loadError, type ManifestError, type PolicyError } from '../../domain/oneShot/errors.ts'
import type { OneShotPolicy } from '../../domain/oneShot/judgeOnce.ts'
import { readyPolicy } from '../../infra/oneShot.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { printed } from '../terminal/printed.ts'
import { FileRefused, policyFromFile, policyOfManifest } from './policyFile.ts'

export const judgedBy = (
  subject: 'policy' | 'manifest',
  file: string,
): OneShotPolicy | ManifestError | PolicyError => {
  if (file === '-')
    return loadError(
      subject,
      'unreadable',
      'standard input holds the payload',
      { file },
      `name a file: --${subject} FILE`,
    )
  try {
    const policy = subject === 'policy' ? policyFromFile(file) : policyOfManifest(file)
    return readyPolicy(policy, subject)
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure
    const shown = { file: printed(file) }
    const message = printed(failure.message, 4000)
    if (!(failure instanceof FileRefused))
      return loadError(subject, 'unreadable', message, shown, failure.remedy)
    const { at, line } = failure.place
    return loadError(subject, 'invalid', message, {
      ...shown,
      ...(line === undefined ? {} : { line }),
      ...(at === '' ? {} : { at: printed(at) }),
    })
  }
}
