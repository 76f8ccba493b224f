// `make SHELL=…`: the program that every recipe is handed to. A shell of the system changes nothing;
// anything else is what runs.
import type { ProgramCall } from './programCall.ts'
import { type ShellWord, tailOf } from './word.ts'

const ASSIGNED = /^(?:SHELL|\.SHELLFLAGS)[:?+]?=/

/** Shells as systems have them, without a word more. */
const SHELLS = /^(?:\/(?:usr\/(?:local\/)?|opt\/homebrew\/)?bin\/)?(?:env )?(?:ba|da|k|z)?sh$/
/** Flags that only say how the recipe is run. */
const FLAGS = /^(?:-[a-z]+|-o [a-z]+| )+$/

/** Tells what a shell that stands among the words of a call would do. */
export const runsGivenShell = (call: ProgramCall, words: ReadonlyArray<ShellWord>): void => {
  for (const word of words) {
    const name = ASSIGNED.exec(word.text)?.[0]
    if (name === undefined) continue
    const value = tailOf(word, name.length)
    if (value.is === 'literal' && (name.startsWith('.') ? FLAGS : SHELLS).test(value.text)) continue
    call.exec('inline-code')
    if (!name.startsWith('.') && value.is === 'literal')
      call.around.script(value.text, { cwd: call.directory, certainty: 'possible' })
  }
}
