// Following symbolic links for paths that need not exist yet.
import * as fs from 'node:fs'
import * as path from 'node:path'

/**
 * Where a path really leads: links of its deepest existing ancestor are followed, what does not
 * exist yet is kept. Undefined when it cannot be told (no permission, a loop).
 */
export const realPathOf = (absolute: string): string | undefined => {
  let existing = absolute
  let rest = ''
  for (;;) {
    try {
      const real = fs.realpathSync.native(existing)
      return rest === '' ? real : path.join(real, rest)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code !== 'ENOENT' && code !== 'ENOTDIR') return undefined
      const parent = path.dirname(existing)
      if (parent === existing) return undefined
      rest = rest === '' ? path.basename(existing) : path.join(path.basename(existing), rest)
      existing = parent
    }
  }
}
