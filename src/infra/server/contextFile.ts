// The file whose text every session is given. Whoever can write to it speaks to the agent with the
// user's voice: so it is the user's own and closed to others, and a text in it that tries to instruct
// the agent against them is not given.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { fromUtf8 } from '../../domain/bytes.ts'
import { detect } from '../../domain/sensitive/detect.ts'
import { spliced } from '../../domain/sensitive/strings.ts'
import { HASHES } from '../sensitive/hashes.ts'
import { named, namedUid } from '../files/named.ts'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants

export const MOST_CONTEXT_BYTES = 8192

/** Surer than this, a text is taken for an injection even from the user's own file. */
const SURE = 0.75

/**
 * The text as it may be given; failure is what is wrong with the file, as a sentence's end. `hide` puts
 * the names of stored secrets in the place of their values.
 */
export const contextFrom = (
  setting: string,
  home: string,
  hide: ((text: string) => string) | undefined,
): Result.Result<string, string> =>
  Result.flatMap(readContext(fileOf(setting, home)), (whole) => {
    // Stored secrets first: what else is found may be a part of one.
    const text = hide?.(whole) ?? whole
    const { spans, injection } = detect(text, { hashes: HASHES })
    return injection.label === 'injection' && injection.score >= SURE
      ? Result.fail('holds text that tries to instruct the agent against its user')
      : Result.succeed(spliced(text, spans, (_, { type }) => `[${type} withheld]`).trim())
  })

const fileOf = (setting: string, home: string): string =>
  setting.startsWith('~/') ? path.join(home, setting.slice(2)) : setting

const readContext = (file: string): Result.Result<string, string> => {
  let fd: number | undefined
  try {
    fd = named.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const stat = fs.fstatSync(fd)
    if (!stat.isFile()) return Result.fail('is no regular file')
    if (stat.uid !== namedUid()) return Result.fail('is not yours')
    if ((stat.mode & 0o022) !== 0) return Result.fail('may be written to by others')
    const bytes = Buffer.allocUnsafe(MOST_CONTEXT_BYTES + 1)
    let length = 0
    for (;;) {
      const read = fs.readSync(fd, bytes, length, bytes.length - length, null)
      length += read
      if (read === 0 || length === bytes.length) break
    }
    if (length > MOST_CONTEXT_BYTES)
      return Result.fail(`is larger than ${MOST_CONTEXT_BYTES} bytes`)
    const text = fromUtf8(bytes.subarray(0, length))
    return text === undefined || text.includes('\0')
      ? Result.fail('is not UTF-8 text')
      : Result.succeed(text)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return Result.fail(
      code === 'ENOENT'
        ? 'is not there'
        : code === 'ELOOP'
          ? 'is a link: name the file itself'
          : `cannot be read (${code ?? 'unknown'})`,
    )
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}
