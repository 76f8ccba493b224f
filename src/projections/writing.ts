// What an action's effects say about the files it writes: by which names, whether their content came
// over the network, and what was moved. Told by effects alone; no file is looked at.
import type { Action } from '../domain/action/action.ts'
import type { ActionEffect } from '../domain/action/effect.ts'
import { pathKey } from '../domain/action/pathKey.ts'

const LONGEST_KEY = 256

/** What is kept of a key: one that is too long stands below the deepest folder that is not. */
export const storedUnder = (key: string): string =>
  key.length <= LONGEST_KEY ? key : key.slice(0, Math.max(1, key.lastIndexOf('/', LONGEST_KEY)))

/** Programs that change a file's name or rights and nothing in it. */
const NOT_CONTENT = new Set('chmod chown chgrp chattr setfacl touch mkdir xattr git'.split(' '))

/** `git clone` and its like bring content; the rest of such programs tends a history. */
const CLONES = /:(?:clone|export|co)(?::|$)/

export const isWrite = (effect: ActionEffect, { capabilities }: Action): boolean => {
  if (effect.kind !== 'fs.write' || effect.target === undefined || !('path' in effect.target))
    return false
  if (!NOT_CONTENT.has(effect.by ?? '')) return true
  return effect.of !== undefined && CLONES.test(capabilities[effect.of] ?? '')
}

export const pathOf = ({ target }: ActionEffect): string | undefined =>
  target !== undefined && 'path' in target ? pathKey(target.path) : undefined

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/i

/**
 * Whether what this effect writes came over the network: the same command fetches it, a pipeline of
 * the call brings it, or it is made of a file that was fetched before.
 */
export const isFetched = (
  write: ActionEffect,
  { effects }: Action,
  isDownloaded: (key: string) => boolean,
): boolean => {
  const { by = '', of } = write
  if (isPackaged(effects, of)) return false
  const at = write.span?.start
  return effects.some((other) => {
    const own = of !== undefined && other.of === of
    const start = other.span?.start
    if (other.kind === 'net.fetch') {
      const host = other.target !== undefined && 'host' in other.target ? other.target.host : ''
      if (typeof host === 'string' && LOOPBACK.test(host)) return false
      if (isPackaged(effects, other.of)) return false
      return own || (POURS.has(by) && start !== undefined && at !== undefined && start <= at)
    }
    if (other.kind !== 'fs.read' && !(other.kind === 'fs.delete' && by === 'mv')) return false
    if (!own && !(by === 'redirection' && start !== undefined && start === at)) return false
    const key = pathOf(other)
    return key !== undefined && isDownloaded(key)
  })
}

/** Writes what a pipeline brings. */
const POURS = new Set('redirection tee dd sponge base64 openssl xxd gunzip zcat'.split(' '))

/** A package manager's own fetching: its packages are told by its lockfile, not by a file. */
const isPackaged = (effects: ReadonlyArray<ActionEffect>, of: number | undefined): boolean =>
  of !== undefined &&
  effects.some(
    (other) =>
      other.of === of &&
      (other.why === 'package-code' || other.why === 'new-package' || other.why === 'project-code'),
  )

/** What a command moves: the paths that are gone after it. */
export const movedBy = ({ of }: ActionEffect, { effects }: Action): ReadonlyArray<string> =>
  effects.flatMap((other) => {
    const key = other.kind === 'fs.delete' && other.of === of ? pathOf(other) : undefined
    return key === undefined ? [] : [key]
  })
