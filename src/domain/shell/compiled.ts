// Programs that a compiler has just made of sources of the project: the project's own code, wherever
// they are put. Of sources that this call wrote or fetched, or that lie elsewhere, never.
import type { EffectDraft } from '../action/draft.ts'
import { isWithin } from '../action/paths.ts'
import { absolutePath } from './pathEffects.ts'
import type { SimpleCommand } from './reading.ts'

const COMPILERS = new Set('gcc g++ cc c++ clang clang++ rustc go ld gfortran ghc nasm'.split(' '))

const WORDS_LIMIT = 256

/** Where compilers and libraries of the system lie: what is named there is no program's own source. */
const SYSTEM = /^\/(?:usr|opt|lib|lib64|Library|Applications|System)\//

export const isCompiled = (
  { kind, by = '', path: output }: EffectDraft,
  { cwd, words }: SimpleCommand,
  roots: ReadonlyArray<string>,
  writtenHere: (path: string) => boolean,
): boolean => {
  if (kind !== 'fs.write' || !COMPILERS.has(by) || cwd === undefined) return false
  const inProject = (path: string): boolean => roots.some((root) => isWithin(path, root))
  if (!inProject(cwd) || words.length > WORDS_LIMIT) return false
  return words.slice(1).every(({ is, text }) => {
    if (is === 'dynamic') return false
    // `-I/x`, `--sysroot=/x` and `@file` name paths as well.
    const named = text.replace(/^(?:-{1,2}[\w-]*=?|@)/, '')
    const path = absolutePath(named === '' ? '.' : named, cwd)
    if (path === undefined) return false
    return path === output || (inProject(path) ? !writtenHere(path) : SYSTEM.test(path))
  })
}
