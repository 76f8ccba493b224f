// A file as it lies there once a call has written it, for validators. Whatever the agent put in its
// place is met without waiting: a pipe, a device, a link, a file without end.
import * as fs from 'node:fs'
import { named } from '../files/named.ts'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants

/** What reads like a file there is made while it is read. */
const OF_THE_KERNEL = /^\/(?:proc|sys|dev)(?:\/|$)/

/** By its real path, `most` bytes at most; undefined where there is nothing to look at. */
export const readWritten = (real: string, most: number): Uint8Array | 'too-large' | undefined => {
  if (OF_THE_KERNEL.test(real)) return undefined
  try {
    if (!named.lstatSync(real).isFile()) return undefined
    const fd = named.openSync(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const stat = fs.fstatSync(fd)
      if (!stat.isFile()) return undefined
      if (stat.size > most) return 'too-large'
      // One byte more than it says: it may grow while it is read.
      const bytes = Buffer.allocUnsafe(stat.size + 1)
      let length = 0
      while (length < bytes.length) {
        const read = fs.readSync(fd, bytes, length, bytes.length - length, null)
        if (read === 0) break
        length += read
      }
      return bytes.subarray(0, Math.min(length, stat.size))
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    // It is gone or may not be read: the tool's own report tells of that.
    return undefined
  }
}
