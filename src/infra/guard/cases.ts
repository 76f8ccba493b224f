// A guard's cases: files of the user's with a payload that it must deny, and one that it must allow.
import * as fs from 'node:fs'
import * as Result from 'effect/Result'
import { fromUtf8, utf8 } from '../../domain/bytes.ts'

const { O_NONBLOCK, O_RDONLY } = fs.constants

export const MOST_CASE_BYTES = 262_144

/** A whole payload of the client's, or as much of one as the guard looks at: a JSON object. */
export const casePayload = (text: string): Result.Result<Uint8Array, string> => {
  if (text.length > MOST_CASE_BYTES)
    return Result.fail(`is longer than ${MOST_CASE_BYTES} characters`)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return Result.fail('is not JSON')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return Result.fail('is no JSON object: a payload has tool_name and tool_input')
  // One line that ends, as the client sends it.
  return Result.succeed(utf8(`${JSON.stringify({ hook_event_name: 'PreToolUse', ...json })}\n`))
}

/** Failure is what is wrong with the file, as a sentence's end. */
export const readCase = (file: string): Result.Result<Uint8Array, string> => {
  let fd: number | undefined
  try {
    fd = fs.openSync(file, O_RDONLY | O_NONBLOCK)
    const stat = fs.fstatSync(fd)
    if (!stat.isFile()) return Result.fail('is no regular file')
    if (stat.size > MOST_CASE_BYTES) return Result.fail(`is larger than ${MOST_CASE_BYTES} bytes`)
    const bytes = Buffer.allocUnsafe(MOST_CASE_BYTES + 1)
    let length = 0
    for (;;) {
      const read = fs.readSync(fd, bytes, length, bytes.length - length, null)
      length += read
      if (read === 0 || length === bytes.length) break
    }
    const text = fromUtf8(bytes.subarray(0, length))
    return text === undefined ? Result.fail('is not UTF-8 text') : casePayload(text)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return Result.fail(code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? 'unknown'})`)
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}
