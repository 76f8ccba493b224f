// The words of a decision: verdict, mode, posture.
import * as Schema from 'effect/Schema'

/** `defer` means that a human decides. */
export const Verdict = Schema.Literals(['permit', 'defer', 'deny'])
export type Verdict = typeof Verdict.Type

/** `profile` observes and never blocks; `enforce` blocks. */
export const Mode = Schema.Literals(['profile', 'enforce'])
export type Mode = typeof Mode.Type

/**
 * `interactive`: a human can be asked. `autonomous`: nobody to ask, so defer is answered as deny.
 * `dry_run`: only reads are permitted. `locked`: everything is denied, in either mode.
 */
export const Posture = Schema.Literals(['interactive', 'autonomous', 'dry_run', 'locked'])
export type Posture = typeof Posture.Type

export const isPosture = Schema.is(Posture)

const STRICTNESS: Record<Posture, number> = { interactive: 0, autonomous: 1, dry_run: 2, locked: 3 }

/** The stricter of two postures: what an ambiguous situation means. */
export const stricter = (a: Posture, b: Posture): Posture =>
  STRICTNESS[a] >= STRICTNESS[b] ? a : b

export const isStricterPosture = (a: Posture, b: Posture): boolean => STRICTNESS[a] > STRICTNESS[b]

/** Posture that the client's permission mode implies. A mode not known here is the stricter one. */
export const postureOfPermissionMode = (mode: string | undefined): Posture => {
  switch (mode) {
    case undefined:
    case 'default':
    case 'manual':
    case 'acceptEdits':
      return 'interactive'
    case 'plan':
      return 'dry_run'
    default:
      return 'autonomous'
  }
}

/** What is answered to a verdict: in posture autonomous nobody can be asked, so a defer is a deny. */
export const answered = (verdict: Verdict, posture: Posture | undefined): Verdict =>
  verdict === 'defer' && posture === 'autonomous' ? 'deny' : verdict
