// What unpacking does wherever it is done: files of names that nobody has seen, in one folder.
import type { ProgramCall } from '../programCall.ts'
import type { ShellWord } from '../word.ts'

/** Into this folder, or where the program works. */
export const unpacksInto = (call: ProgramCall, folder: ShellWord | undefined): void => {
  if (folder === undefined) call.takeDirectory('write')
  else call.take('write', folder)
  call.opaque('archive-content')
}
