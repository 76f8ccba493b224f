// Copies of files with values: what a call read or took away may stand, whole, where it wrote. Told by its
// effects; what is in such a file is looked at once it ran.
import * as path from 'node:path'
import type { Action } from '../../domain/action/action.ts'
import { absoluteOf, isWithin } from '../../domain/action/paths.ts'
import { pathKey } from '../../domain/action/pathKey.ts'
import type { PathRef, Place } from '../../domain/action/place.ts'
import { realPathOf } from './realPath.ts'

/** Files that a call is looked at for. */
const MOST_COPIES = 32

/** Whether the call reads the file, or takes it away. */
export const takes = ({ effects }: Action, file: PathRef): boolean => {
  const key = pathKey(file)
  return (
    key !== undefined &&
    effects.some(
      ({ kind, target }) =>
        (kind === 'fs.read' || kind === 'fs.delete') &&
        target !== undefined &&
        'path' in target &&
        [target.path, target.as].some((ref) => {
          const from = ref === undefined ? undefined : pathKey(ref)
          return from !== undefined && (from === key || key.startsWith(`${from}/`))
        }),
    )
  )
}

/** Where a call may have put what it took: what it wrote, and in a folder that it wrote by the same name. */
export const copiesIn = <K extends { readonly absolute: string }>(
  { effects }: Action,
  at: Place,
  taken: ReadonlyArray<K>,
): ReadonlyArray<{ readonly absolute: string; readonly from: K }> => {
  const paths = (kinds: ReadonlyArray<string>): ReadonlyArray<string> =>
    effects.flatMap(({ kind, target }) =>
      kinds.includes(kind) && target !== undefined && 'path' in target
        ? (absoluteOf(target.as ?? target.path, at) ?? [])
        : [],
    )
  const sources = paths(['fs.read', 'fs.delete'])
  const found = new Map<string, K>()
  for (const to of paths(['fs.write']))
    for (const from of taken) {
      const { absolute } = from
      const names = sources.flatMap((source) =>
        isWithin(absolute, source)
          ? [absolute.slice(source.length), absolute.slice(path.dirname(source).length)]
          : [],
      )
      for (const one of [to, ...names.map((name) => path.join(to, name))]) {
        const real = realPathOf(one) ?? one
        if (found.size < MOST_COPIES && real !== absolute && !found.has(real)) found.set(real, from)
      }
    }
  return [...found].map(([absolute, from]) => ({ absolute, from }))
}
