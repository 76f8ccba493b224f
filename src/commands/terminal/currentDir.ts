// The folder a command is run in, which somebody may have removed under it.
import * as path from 'node:path'
import { usage } from './failure.ts'

/** Undefined where it is gone. */
export const currentDirIfAny = (): string | undefined => {
  try {
    return process.cwd()
  } catch {
    return undefined
  }
}

export const currentDir = (): string => {
  const dir = currentDirIfAny()
  if (dir === undefined) throw usage('the current directory does not exist any more', 'cd ~')
  return dir
}

/** A path as it was typed, made absolute. */
export const fromHere = (typed: string): string =>
  path.isAbsolute(typed) ? path.normalize(typed) : path.join(currentDir(), typed)
