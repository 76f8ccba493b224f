// The programs under examples/ run as they stand against the package as it is built.
import { spawnSync } from 'node:child_process'
import * as path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

it('examples/evaluate.mjs judges by the package export isonapse/gate', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'examples/evaluate.mjs')],
    { cwd: '/', env: {}, encoding: 'utf8' },
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const verdicts = stdout.split('\n').filter((line) => /^[a-z]/.test(line))
  expect(verdicts.map((line) => line.split(/\s+/, 2).join(' '))).toEqual([
    'permit -',
    'defer -',
    'permit -',
    'deny PostureError',
    'deny ManifestError',
    'deny ManifestError',
    'deny HookError',
  ])
})
