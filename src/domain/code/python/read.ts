// Reads Python to its effects.
import type { CodeReader } from '../codeCall.ts'
import { readWith } from '../tree/read.ts'
import { PYTHON } from './dialect.ts'

export const readPython: CodeReader = (text, call, args) => readWith(PYTHON, text, call, args)
