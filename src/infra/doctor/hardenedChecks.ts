// Assurance level `hardened`, as a doctor sees it: every piece that is not what root laid down.
import { bad, type Check, ok } from '../../domain/control/doctor.ts'
import { lookAtHardened } from '../harden/check.ts'
import type { HardenedPlaces } from '../paths.ts'

const NAME = 'hardened'

/** `running`: a control plane is up, and so are its sockets. */
export const hardenedChecks = (
  { recordFile, cli }: HardenedPlaces,
  running: boolean,
): ReadonlyArray<Check> => {
  const { pieces, wrong } = lookAtHardened(recordFile, running)
  return wrong.length === 0
    ? [ok(NAME, `${pieces} pieces are as root laid them down; Claude Code runs our hooks alone`)]
    : wrong.map(({ what, detail }) =>
        bad(NAME, `${what}: ${detail}`, `sudo ${cli} hook harden, which lays it down anew`),
      )
}
