// What a path that a person names stands for, as approvals have it. Followed by whoever asks for one, so
// that what is signed is what was shown.
import * as fs from 'node:fs'
import { refOf } from '../../domain/action/paths.ts'
import type { PathRef } from '../../domain/action/place.ts'
import { outsideProjects } from '../server/placeIn.ts'
import { realPathOf } from '../server/realPath.ts'

export interface ApprovedPath {
  readonly real: string
  /** Below the home directory, or from the root. */
  readonly path: PathRef
  readonly isFolder: boolean
}

/** `file`: absolute; it need not be there. `home`: the user's, whoever asks for him. Undefined where it cannot be told where it leads. */
export const approvedPath = (file: string, home: string): ApprovedPath | undefined => {
  const real = realPathOf(file)
  if (real === undefined) return undefined
  return {
    real,
    path: refOf(real, outsideProjects(realPathOf(home) ?? home, [])),
    isFolder: isFolder(real),
  }
}

const isFolder = (real: string): boolean => {
  try {
    return fs.statSync(real).isDirectory()
  } catch {
    return false
  }
}
