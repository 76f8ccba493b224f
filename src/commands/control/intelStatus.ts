// What the control plane says of the models; before there is a witness to read, what lies on the disk.
import type { IntelStatus } from '../../domain/control/intel.ts'
import { makeModels } from '../../infra/intel/models.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { ownPlace } from './ownPlace.ts'
import { withControlPlane } from './withControlPlane.ts'

export const intelStatus = async (): Promise<IntelStatus> => {
  try {
    return await withControlPlane((control) => control.call('intel.status', {}))
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.kind !== 'not-initialised') throw error
    const { modelsDir } = ownPlace().paths
    const models = makeModels({ modelsDir, enabled: () => true, now: () => Date.now() })
    return { running: false, ...models.status() }
  }
}
