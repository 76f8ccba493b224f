// A temporary home with the folders of the client and of this program, for tests; removed after each.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { onTestFinished } from 'vitest'
import { type AppPaths, pathsUnder } from '../../../src/infra/paths.ts'

export interface TempHome {
  readonly home: string
  readonly clientDir: string
  readonly project: string
  /** A folder for managed settings; the machine's own is never read. */
  readonly managed: string
  readonly paths: AppPaths
}

export const tempHome = (): TempHome => {
  const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-client-')))
  // No hook of this module: test files that share a worker share it, and it is evaluated once.
  onTestFinished(() => fs.rmSync(home, { recursive: true, force: true }))
  for (const dir of ['.claude', 'project', 'managed', 'bin']) fs.mkdirSync(path.join(home, dir))
  return {
    home,
    clientDir: path.join(home, '.claude'),
    project: path.join(home, 'project'),
    managed: path.join(home, 'managed'),
    paths: pathsUnder(path.join(home, 'isonapse')),
  }
}

export const write = (file: string, content: unknown, mode?: number): string => {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const data =
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content)
  fs.writeFileSync(file, data)
  if (mode !== undefined) fs.chmodSync(file, mode)
  return file
}

export const text = (file: string): string => fs.readFileSync(file, 'utf8')
