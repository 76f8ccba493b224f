// A stand-in for the client's program: it notes how it was called and, like the real one, rewrites a
// settings file in its own layout when it is asked to add something.
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { TempHome } from './tempHome.ts'

export interface FakeClient {
  /** The environment with which it is found. */
  readonly env: Readonly<Record<string, string>>
  /** Every call: its working directory and arguments. */
  readonly calls: () => ReadonlyArray<string>
}

/** `body` is sh, run after the call was noted; `rewrite FILE` lays a JSON file out anew. */
export const fakeClient = ({ home }: TempHome, body = 'exit 0'): FakeClient => {
  const bin = path.join(home, 'bin')
  const log = path.join(home, 'calls')
  const rewrite = path.join(home, 'rewrite.mjs')
  fs.writeFileSync(
    rewrite,
    `import fs from 'node:fs'
const [file] = process.argv.slice(2)
fs.writeFileSync(file, JSON.stringify(JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\\uFEFF/, '')), null, 2) + '\\n')
`,
  )
  fs.writeFileSync(
    path.join(bin, 'claude'),
    `#!/bin/sh
case $1 in --version) echo '2.1.329 (Claude Code)'; exit 0 ;; esac
printf '%s: %s\\n' "$PWD" "$*" >> '${log}'
rewrite() { '${process.execPath}' '${rewrite}' "$1"; }
${body}
`,
    { mode: 0o755 },
  )
  return {
    env: { PATH: `relative:${bin}:/usr/bin:/bin`, HOME: home },
    calls: () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n') : []),
  }
}
