// Who has written a file that a call may run later: the network, the call itself, or a compiler out
// of the project's own sources. What leaves a file's text as it is, or copies one, is no author.
import type { EffectDraft } from '../action/draft.ts'
import type { Place } from '../action/place.ts'
import { isCompiled } from './compiled.ts'
import { clones, downloads, FETCHERS } from './fetchers.ts'
import type { FilesOfRun } from './filesOfRun.ts'
import type { SimpleCommand } from './reading.ts'

/** What puts bytes into a file that no file of the project held before. */
const AUTHORS = new Set([...FETCHERS, 'redirection', 'tee', 'dd', 'base64', 'xxd', 'openssl'])

/** Program text that writes a file makes it what no file of the project was. */
const INTERPRETER = /^(?:i?python|pypy|node|nodejs|bun|deno|tsx|ts-node|ruby|perl|php)[\d.]*$/

/** What writes to one file, other than programs that leave its text as it is or copy a known one. */
const rewrites = ({ by, path, reach }: EffectDraft, { cwd }: SimpleCommand): boolean =>
  !KEEPERS.has(by ?? '') && reach !== 'all' && path !== cwd

/** What writes to a file and leaves its text as it is, or one that is known. */
const KEEPERS = new Set('chmod chown chgrp touch cp mv ln install git setfacl xattr'.split(' '))

/** Notes the write of `path`; `fetching`: what is written comes through a flow from the network. */
export const noteWrite = (
  effect: EffectDraft,
  path: string,
  command: SimpleCommand,
  fetching: boolean,
  files: FilesOfRun,
  { project, worktrees = [] }: Place,
): void => {
  const by = effect.by ?? ''
  // What a flow from the network leaves behind is the network's, whoever writes it.
  if (FETCHERS.has(by) || clones(by, command))
    for (const one of downloads(path, by, command)) files.fills(one, undefined)
  else if (fetching) files.fills(path, undefined)
  else if (AUTHORS.has(by) || INTERPRETER.test(by) || rewrites(effect, command))
    files.fills(
      path,
      by,
      isCompiled(effect, command, [project, ...worktrees], (other) => files.wrote(other)),
    )
}
