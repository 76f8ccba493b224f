// The words of mode and posture as a command line takes them, and of a secret's sinks as it shows them,
// without loading the schemas.
import type { Sinks } from '../../domain/secret/sinkList.ts'
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

/** Where a secret may go, in one line. */
export const sinksInWords = ({ programs, hosts, paths, servers }: Sinks): string => {
  const said = [
    ['', programs],
    ['at ', hosts],
    ['file ', paths],
    ['MCP server ', servers],
  ] as const
  const words = said.flatMap(([before, ones]) =>
    ones.length === 0 ? [] : [before + ones.join(', ')],
  )
  return words.length === 0 ? 'nowhere' : words.join('; ')
}
