// The words of mode and posture as a command line takes them, without loading the schemas.
import type { Mode, Posture } from '../../domain/policy/verdict.ts'

export const MODES = ['profile', 'enforce'] as const satisfies ReadonlyArray<Mode>

/** From the loosest to the strictest. */
export const POSTURES = [
  'interactive',
  'autonomous',
  'dry_run',
  'locked',
] as const satisfies ReadonlyArray<Posture>

/** Leaves the posture to the client's permission mode. */
export const AUTO = 'auto'
