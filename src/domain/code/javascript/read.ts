// Reads JavaScript and TypeScript to their effects.
import type { CodeReader } from '../codeCall.ts'
import { readWith } from '../tree/read.ts'
import { JAVASCRIPT } from './dialect.ts'

export const readJavascript: CodeReader = (text, call, args) =>
  readWith(JAVASCRIPT, text, call, args)
