// Whether a call would send one of some files away: it reads the file, or a folder that it lies in, and
// reaches the network to send. Told of the call as a whole, as what flows where is not always seen.
import type { Action } from './action.ts'
import type { ActionEffect } from './effect.ts'
import { pathKey } from './pathKey.ts'
import type { PathRef } from './place.ts'

export const sendsAway = ({ effects }: Action, files: ReadonlyArray<PathRef>): boolean => {
  if (files.length === 0) return false
  if (!effects.some(({ kind }) => kind === 'net.send' || kind === 'secret.send')) return false
  const keys = files.flatMap((file) => pathKey(file) ?? [])
  const isOne = (key: string): boolean => keys.includes(key)
  // What is moved goes by another name from then on: any that the call writes.
  if (effects.some((effect) => effect.kind === 'fs.delete' && keysOf(effect).some(isOne)))
    keys.push(...effects.filter(({ kind }) => kind === 'fs.write').flatMap(keysOf))
  return effects.some((effect) => {
    const { kind, reach, by } = effect
    if (kind !== 'fs.read' && kind !== 'secret.read' && kind !== 'secret.send') return false
    // A pattern of names is read as the folder that they are looked for in.
    const within = reach !== undefined || (by !== undefined && PASSES_ON.has(by))
    return keysOf(effect).some((read) => isOne(read) || (within && isAbove(read, keys)))
  })
}

const keysOf = ({ target }: ActionEffect): ReadonlyArray<string> =>
  target === undefined || !('path' in target)
    ? []
    : [target.path, target.as].flatMap((ref) => (ref === undefined ? [] : (pathKey(ref) ?? [])))

const isAbove = (folder: string, keys: ReadonlyArray<string>): boolean =>
  keys.some((key) => (folder === '/' ? key.startsWith('/') : key.startsWith(`${folder}/`)))

/** Programs that give on what is in a file; others that are named with a folder may only list it. */
const PASSES_ON: ReadonlySet<string> = new Set([
  '7z',
  'age',
  'awk',
  'base32',
  'base64',
  'bzip2',
  'cat',
  'cpio',
  'curl',
  'cut',
  'gawk',
  'gpg',
  'gzip',
  'head',
  'hexdump',
  'http',
  'https',
  'jq',
  'nc',
  'ncat',
  'nl',
  'od',
  'openssl',
  'paste',
  'rsync',
  'scp',
  'sed',
  'socat',
  'sort',
  'strings',
  'tac',
  'tail',
  'tar',
  'wget',
  'xh',
  'xxd',
  'xz',
  'yq',
  'zip',
  'zstd',
])
