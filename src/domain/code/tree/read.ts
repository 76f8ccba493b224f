// The one way from program text to effects, whatever the language: parse, run on what is known, and
// say what stayed unread. Total: text that is not valid is `opaque`, with what shows in it all the same.
import { literalWord, type ShellWord } from '../../shell/word.ts'
import type { CodeCall } from '../codeCall.ts'
import type { Dialect } from './dialect.ts'
import { Machine } from './machine.ts'

const MOST_TEXT = 64 * 1024
const MOST_LITERALS = 64
const MOST_SEARCHED = 8192

export const readWith = (
  dialect: Dialect,
  text: string,
  call: CodeCall,
  args: ReadonlyArray<ShellWord>,
): void => {
  if (text.length > MOST_TEXT) {
    call.opaque('too-large')
    return
  }
  if (new Machine(call, dialect, args).run(text)) return
  call.opaque('inline-code')
  call.possibly(() => literals(text, call))
}

const QUOTED = /(["'`])((?:(?!\1)[^\\\n]|\\.){2,256})\1/g

const COMMAND =
  /^\s*(?:sudo\s+)?(?:rm|dd|mkfs|shred|curl|wget|bash|sh|zsh|nc|ncat|chmod|chown|git|docker|kubectl|terraform|aws)(?:\s|$)|\|\s*(?:ba|z|da)?sh\b/

/** What quoted pieces of invalid text look like: a command line, or a path. */
const literals = (text: string, call: CodeCall): void => {
  let count = 0
  for (const match of text.slice(0, MOST_SEARCHED).matchAll(QUOTED)) {
    if (++count > MOST_LITERALS) return
    const piece = match[2]!
    if (COMMAND.test(piece)) call.shellText(literalWord(piece))
    else if (/^(?:~|\.{0,2}\/|\.env)[\w./-]*$/.test(piece))
      call.path('fs.read', literalWord(piece.replace(/^~/, call.home)))
  }
}
