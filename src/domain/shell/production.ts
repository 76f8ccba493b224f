// Which production environment the words of a command name: a context, a database, a bucket, a file
// of settings. A call that names no host is told by it; a word that says nothing tells nothing.
import { type ShellWord, textOf } from './word.ts'

const MOST_WORDS = 64
const LONGEST_WORD = 256
const LONGEST_NAME = 64

const PRODUCTION = /(?:^|[-_.\d])(?:prod|prd|production|live)(?:$|[-_.\d])/i
/** Text that may be a secret is no name. */
const CREDENTIAL = /pass|pwd|token|secret|key|auth|cred/i
const USER_OF_URL = /\/\/[^/@\s]{0,200}@/g

/** The first part of an argument that names production, such as `app_production`. */
export const productionIn = (args: ReadonlyArray<ShellWord>): string | undefined => {
  let option = ''
  for (const word of args.slice(0, MOST_WORDS)) {
    const before = option
    const text = textOf(word)
    option = text?.startsWith('-') === true ? text : ''
    // Program text and sentences hold words of any meaning.
    if (text === undefined || text.length > LONGEST_WORD || /\s/.test(text)) continue
    const cut = text.startsWith('-') ? text.indexOf('=') : 0
    if (cut < 0 || CREDENTIAL.test(before) || CREDENTIAL.test(text.slice(0, cut))) continue
    const value = text.slice(cut).replaceAll(USER_OF_URL, '//')
    for (const part of value.split(/[/:=,?&;#]+/))
      if (part.length <= LONGEST_NAME && PRODUCTION.test(part)) return part
  }
  return undefined
}
