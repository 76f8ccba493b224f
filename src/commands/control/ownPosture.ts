// ISONAPSE_POSTURE: a posture for a control plane that is started here. It can only make the gate
// stricter, so a repository that sets it gains nothing.
import type { Posture } from '../../domain/policy/verdict.ts'
import { usage } from '../terminal/failure.ts'
import { POSTURES } from './words.ts'

export const ownPosture = (
  env: Readonly<Record<string, string | undefined>>,
): { readonly posture?: Posture } => {
  const word = env['ISONAPSE_POSTURE']
  if (word === undefined || word === '') return {}
  const posture = POSTURES.find((one) => one === word)
  if (posture !== undefined) return { posture }
  throw usage(`ISONAPSE_POSTURE is "${word}"`, `it may be ${POSTURES.join(', ')}, or be unset`)
}
