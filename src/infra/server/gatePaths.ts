// The gate's own files: zone `gate`, out of reach of every effect that analysis can see.
import * as path from 'node:path'
import type { AppPaths, HardenedPlaces } from '../paths.ts'
import { realPathOf } from './realPath.ts'

/** As configured and as they really lie, since a call may name either. */
export const gatePathsOf = (paths: AppPaths, home: string): ReadonlyArray<string> => {
  const own = [
    paths.configDir,
    paths.dataDir,
    paths.runDir,
    // The program itself: whoever rewrites it rewrites the gate.
    import.meta.dirname,
    path.resolve(import.meta.dirname, '../bin'),
    // Its compiled code, which bin/run.cjs keeps there and Node runs without another look.
    path.join(home, '.cache', 'isonapse'),
    ...(paths.hardened === undefined ? [] : laidDown(paths.hardened)),
  ]
  return [...new Set(own.flatMap((one) => [one, realPathOf(one) ?? one]))]
}

const laidDown = ({ recordFile, marker, scratchDir }: HardenedPlaces): ReadonlyArray<string> => [
  path.dirname(recordFile),
  path.dirname(path.dirname(marker)),
  scratchDir,
]
