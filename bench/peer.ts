// The npm package cc-safety-net, a peer that decides on the same payloads: a hook that Claude Code
// starts as a Node program. Installed from the registry into the cache folder, outside the product.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { REPOSITORY } from './plane.ts'

const PACKAGE = 'cc-safety-net'
const VERSION = '2.4.5'

/** Its command line as Claude Code is told to run it; undefined where it cannot be installed. */
export const peerCommand = (): ReadonlyArray<string> | undefined => {
  const folder = path.join(REPOSITORY, '.cache/bench', `${PACKAGE}-${VERSION}`)
  const program = path.join(folder, 'node_modules', PACKAGE, 'dist/bin/cc-safety-net.js')
  if (!fs.existsSync(program)) {
    fs.mkdirSync(folder, { recursive: true })
    fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n')
    const what = ['install', `${PACKAGE}@${VERSION}`, '--ignore-scripts', '--no-audit', '--no-fund']
    const ran = spawnSync('npm', [...what, '--silent'], { cwd: folder, timeout: 60_000 })
    if (ran.status !== 0) fs.rmSync(folder, { recursive: true, force: true })
  }
  return fs.existsSync(program) ? [process.execPath, program, 'hook', '--claude-code'] : undefined
}

export const PEER_NAME = `${PACKAGE} ${VERSION}`
