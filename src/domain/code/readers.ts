// The reader of each language. A language without one is `opaque` as a whole.
import { awk } from './awk.ts'
import { cmd } from './cmd.ts'
import type { CodeReader } from './codeCall.ts'
import { readJavascript } from './javascript/read.ts'
import type { Language } from './language.ts'
import { perl } from './perl.ts'
import { php } from './php.ts'
import { powershell } from './powershell.ts'
import { readPython } from './python/read.ts'
import { ruby } from './ruby.ts'

export const READERS: Readonly<Partial<Record<Language, CodeReader>>> = {
  python: readPython,
  javascript: readJavascript,
  awk,
  perl,
  php,
  ruby,
  powershell,
  cmd,
}
