// What validators read files with.
import { parse, TomlError } from 'smol-toml'
import type { Readers } from '../../domain/validate/readers.ts'
import { compilePattern } from '../../domain/validate/re2.ts'
import { readYaml } from './yaml.ts'

export const READERS: Readers = {
  toml: (text) => {
    try {
      parse(text)
      return undefined
    } catch (error) {
      // Anything else is its reader running out of stack on what is nested without end.
      return error instanceof TomlError
        ? { line: error.line, column: error.column }
        : { line: 1, column: 1 }
    }
  },
  yaml: readYaml,
  pattern: compilePattern,
}
