// What changed in a text, as a unified diff: bounded in time and length, as both texts are the agent's.
import { structuredPatch } from 'diff'

/** Of a diff that is kept. UTF-16 units. */
const MOST_DIFF = 32_768
const MOST_MS = 200

export interface DiffText {
  readonly diff: string
  readonly added: number
  readonly removed: number
}

/** Undefined where it would take too long to tell. */
export const diffText = (before: string, after: string): DiffText | undefined => {
  const patch = structuredPatch('before', 'after', before, after, '', '', {
    context: 3,
    timeout: MOST_MS,
  })
  if (patch === undefined) return undefined
  const lines: Array<string> = []
  let length = 0
  let [added, removed, left] = [0, 0, 0]
  for (const hunk of patch.hunks) {
    const { oldStart, oldLines, newStart, newLines } = hunk
    for (const line of [`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, ...hunk.lines]) {
      if (line.startsWith('+')) added += 1
      else if (line.startsWith('-')) removed += 1
      length += line.length + 1
      if (length <= MOST_DIFF) lines.push(line)
      else left += 1
    }
  }
  if (left > 0) lines.push(`… and ${left} lines more`)
  return { diff: lines.join('\n'), added, removed }
}
