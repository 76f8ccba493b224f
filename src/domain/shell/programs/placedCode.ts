// Whose code a build runs when its arguments name files or folders: the project's own only where each
// of them lies in the project.
import type { OpaqueCode } from '../../action/opaque.ts'
import { isWithin } from '../../action/paths.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, type ShellWord } from '../word.ts'

/** True for a word that is a path which leads out of the folder it is used in. */
const leads = (word: ShellWord): boolean => /^(?:\/|~|\.\.(?:\/|$))/.test(headOf(word))

export const liesOutside = (call: ProgramCall, word: ShellWord): boolean => {
  const path = call.pathOf(word)
  const { project, worktrees = [] } = call.around.place
  return path === undefined || ![project, ...worktrees].some((root) => isWithin(path, root))
}

/** `project-code`, unless one of the words leads to code that lies elsewhere. */
export const placedIn = (call: ProgramCall, words: ReadonlyArray<ShellWord>): OpaqueCode =>
  words.some((word) => leads(word) && liesOutside(call, word)) ? 'outside-code' : 'project-code'
