// Variables of the environment as values: a few are known, some are named like credentials.
import { isSecretName } from '../secretNames.ts'
import type { Machine } from './machine.ts'
import { ANYTHING, SECRET, text, unknown, type Value } from './value.ts'

export const variable = (name: string | undefined, { call }: Machine): Value => {
  if (name === undefined) return unknown(SECRET)
  if (name === 'HOME' || name === 'USERPROFILE') return text(call.home)
  if (name === 'PWD' && call.directory !== undefined) return text(call.directory)
  return isSecretName(name) ? unknown(SECRET) : ANYTHING
}

/** The folder that a path lies in, as far as it is written. */
export const folderOf = (path: string): string => {
  const at = path.replace(/\/+$/, '').lastIndexOf('/')
  return at < 0 ? '.' : at === 0 ? '/' : path.slice(0, at)
}
