// What a user is told who asks for what only root can do.
import { ControlFailure } from '../../domain/control/methods.ts'
import type { HardenedPlaces } from '../paths.ts'

export const onlyRootStarts = ({ cli, user }: HardenedPlaces): ControlFailure =>
  new ControlFailure({
    kind: 'denied',
    message: `the control plane of ${user.name} runs under a user of its own, and only root can start or stop it`,
    remedy: `sudo ${cli} hook start`,
    exit: 2,
  })
