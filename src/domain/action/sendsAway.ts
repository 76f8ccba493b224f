// Whether a call would send one of some files away: it reads the file, or a folder that it lies in, and
// reaches the network to send. Told of the call as a whole, as what flows where is not always seen.
import type { Action } from './action.ts'
import { pathKey } from './pathKey.ts'
import type { PathRef } from './place.ts'

export const sendsAway = ({ effects }: Action, files: ReadonlyArray<PathRef>): boolean => {
  if (files.length === 0) return false
  if (!effects.some(({ kind }) => kind === 'net.send' || kind === 'secret.send')) return false
  const keys = files.flatMap((file) => pathKey(file) ?? [])
  return effects.some(({ kind, target, reach }) => {
    if (kind !== 'fs.read' && kind !== 'secret.read' && kind !== 'secret.send') return false
    if (target === undefined || !('path' in target)) return false
    return [target.path, target.as].some((ref) => {
      const read = ref === undefined ? undefined : pathKey(ref)
      return (
        read !== undefined &&
        keys.some((key) => key === read || (reach !== undefined && isBelow(key, read)))
      )
    })
  })
}

const isBelow = (key: string, folder: string): boolean =>
  folder === '/' ? key.startsWith('/') : key.startsWith(`${folder}/`)
