// What a file is known again by while nothing changes it. Whoever sets a file's times back cannot set that
// of the change itself: it is the kernel's own.
import * as fs from 'node:fs'

export const statStamp = ({ dev, ino, size, mode, mtimeMs, ctimeMs }: fs.Stats): string =>
  `${dev}:${ino}:${size}:${mode}:${mtimeMs}:${ctimeMs}`

/** Of a file of our own, or of the client's, links followed. `-`: there is none; `?`: it cannot be told. */
export const fileStamp = (file: string): string => {
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    return stat === undefined ? '-' : statStamp(stat)
  } catch {
    return '?'
  }
}
