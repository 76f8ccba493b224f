// The reader of each language. A language without one is `opaque` as a whole.
import type { CodeReader } from './codeCall.ts'
import type { Language } from './language.ts'

export const READERS: Readonly<Partial<Record<Language, CodeReader>>> = {}
