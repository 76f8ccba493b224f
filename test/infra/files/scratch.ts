// A private folder for one test, gone when the test is done.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { onTestFinished } from 'vitest'

export const scratch = (): string => {
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-test-')))
  onTestFinished(() => fs.rmSync(dir, { recursive: true, force: true }))
  return dir
}

export const modeOf = (file: string): string => (fs.lstatSync(file).mode & 0o7777).toString(8)

/** The failure of a result that must have failed. */
export const failureIn = <A, E>(result: Result.Result<A, E>): E => {
  if (Result.isSuccess(result))
    throw new Error(`expected a failure, got ${JSON.stringify(result.success)}`)
  return result.failure
}
