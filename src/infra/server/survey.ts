// What a project's folder says once for all its calls: the repository's other working trees, and
// whether its file system tells names apart by case. Looked up once and kept, since every call asks.
import * as path from 'node:path'
import type { Place } from '../../domain/action/place.ts'
import { worktreesOf, worktreesStamp } from './worktrees.ts'
import { named } from '../files/named.ts'

export type Survey = Pick<Place, 'worktrees' | 'caseless'>

/** Projects that are remembered; more than are worked in at once on one machine. */
const MOST_KEPT = 64

interface Kept {
  readonly stamp: string
  readonly listed: string
  readonly survey: Survey
}

const KEPT = new Map<string, Kept>()

export const surveyOf = (project: string, home: string): Survey => {
  const key = `${home}\0${project}`
  const known = KEPT.get(key)
  if (known !== undefined && known.stamp === worktreesStamp(project, known.listed))
    return known.survey
  const { roots: worktrees, listed } = worktreesOf(project, home)
  const stamp = worktreesStamp(project, listed)
  const caseless = known?.survey.caseless ?? isCaseless(project)
  const survey = {
    ...(worktrees.length === 0 ? {} : { worktrees }),
    ...(caseless ? { caseless } : {}),
  }
  KEPT.delete(key)
  KEPT.set(key, { stamp, listed, survey })
  if (KEPT.size > MOST_KEPT) KEPT.delete(KEPT.keys().next().value!)
  return survey
}

/** The folder by its name in the other case: the same folder, another one, or none. */
const isCaseless = (folder: string): boolean => {
  const name = path.basename(folder)
  const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase()
  if (other === name) return process.platform === 'darwin' || process.platform === 'win32'
  try {
    const here = named.statSync(folder)
    const there = named.statSync(path.join(path.dirname(folder), other), { throwIfNoEntry: false })
    return there !== undefined && there.dev === here.dev && there.ino === here.ino
  } catch {
    return false
  }
}
