// The reader of each language. A language without one is `opaque` as a whole.
//   tree/     an interpreter over one common tree; python/ and javascript/ put their syntax into it
//             and say what their libraries do
//   tokens/   readers that follow no control flow: Ruby, Perl, PHP by their calls, awk
//   windows/  PowerShell and the command prompt
//   sql/      what statements do, for the clients and libraries that are handed some
import { awk } from './tokens/awk.ts'
import { cmd } from './windows/cmd.ts'
import { bounded } from './bounded.ts'
import type { CodeReader } from './codeCall.ts'
import { readJavascript } from './javascript/read.ts'
import type { Language } from './language.ts'
import { perl } from './tokens/perl.ts'
import { php } from './tokens/php.ts'
import { powershell } from './windows/powershell.ts'
import { readPython } from './python/read.ts'
import { ruby } from './tokens/ruby.ts'

export const READERS: Readonly<Partial<Record<Language, CodeReader>>> = {
  python: bounded(readPython),
  javascript: bounded(readJavascript),
  awk,
  perl: bounded(perl),
  php: bounded(php),
  ruby: bounded(ruby),
  powershell: bounded(powershell),
  cmd: bounded(cmd),
}
