// Choosing the exchange program: a real exchange decides, so a program that is there and wrong is
// found out, whatever its name.
import { afterAll, expect } from 'vitest'
import { it } from '@effect/vitest'
import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { probeTransports, type ProbeOptions } from '../../../src/infra/transport/probe.ts'
import { AVAILABLE, makeFolder, PROGRAMS, removeFolders } from './scripted.ts'

afterAll(removeFolders)

const perl = AVAILABLE.find(({ kind }) => kind === 'perl')

/** A folder with what every script needs, and these programs. */
const folderWith = (programs: Readonly<Record<string, string>>): string => {
  const dir = makeFolder()
  for (const [name, file] of Object.entries(PROGRAMS)) fs.symlinkSync(file, path.join(dir, name))
  for (const [name, text] of Object.entries(programs)) {
    if (text.startsWith('/')) fs.symlinkSync(text, path.join(dir, name))
    else fs.writeFileSync(path.join(dir, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }
  return dir
}

const probe = (options: Partial<ProbeOptions>) =>
  probeTransports({
    socket: '/run/isonapse/hook.sock',
    scratch: makeFolder(),
    node: process.execPath,
    runs: 3,
    ...options,
  })

it.effect('of what is installed here, one that works is chosen, with its time', () =>
  Effect.gen(function* () {
    const scratch = makeFolder()
    const { chosen, working, programs } = yield* probe({ scratch })
    const here = AVAILABLE.map(({ kind }) => kind)
    expect(here).toContain(chosen.kind)
    expect(working).toContainEqual(chosen)
    expect(path.isAbsolute(chosen.path)).toBe(true)
    expect(chosen.argv).toEqual([programs.env, '-i', programs.sh])
    expect(chosen.medianMs).toBeGreaterThan(0)
    expect(fs.readdirSync(scratch)).toEqual([])
  }),
)

const WRONG: Readonly<Record<string, string>> = {
  'exits well and does nothing': 'exit 0',
  'says it spoke and did not': 'exit 100',
  'says it spoke a block and did not': 'exit 102',
  'prints what it is asked': 'exec /bin/cat',
  'knows none of its options': 'echo usage; exit 1',
  'dies of a signal': 'kill -9 $$',
}

it.effect.each(Object.entries(WRONG))('an nc or perl that %s is found out', ([, text]) =>
  Effect.gen(function* () {
    const folder = folderWith({ nc: text, perl: text, socat: text, ncat: text })
    const { chosen, working, rejected } = yield* probe({ folders: [folder] })
    expect(chosen.kind).toBe('node')
    expect(working.length).toBe(1)
    expect(new Set(rejected.map(({ kind }) => kind))).toEqual(
      new Set(['perl', 'nc-openbsd', 'nc-bsd', 'ncat', 'socat']),
    )
  }),
)

it.effect.skipIf(perl === undefined)('a relay that cuts the answer is found out', () =>
  Effect.gen(function* () {
    // Right in all but the last byte of what comes back.
    const cutting = `exec ${perl!.path} -MSocket -e '
      socket(S, 1, 1, 0); connect(S, pack_sockaddr_un($ARGV[-1])) or exit 1;
      $/ = undef; syswrite S, scalar <STDIN>; shutdown S, 1;
      $in = <S>; print substr($in, 0, -1)' -- "$@"`
    const whole = cutting.replace(', 0, -1)', ', 0)')
    const cut = yield* probe({ folders: [folderWith({ nc: cutting })] })
    expect(cut.chosen.kind).toBe('node')
    const right = yield* probe({ folders: [folderWith({ nc: whole })] })
    expect(right.chosen.kind).toBe('nc-openbsd')
  }),
)

it.effect('a program that others may replace is not even run', () =>
  Effect.gen(function* () {
    const folder = folderWith({ perl: `: >${makeFolder()}/ran; exit 100` })
    fs.chmodSync(path.join(folder, 'perl'), 0o777)
    const { rejected } = yield* probe({ folders: [folder] })
    expect(rejected).toMatchObject([{ kind: 'perl', reason: expect.stringContaining('other') }])
  }),
)

it.effect('a socket path that a program would not take literally rules it out', () =>
  Effect.gen(function* () {
    const socat = AVAILABLE.find(({ kind }) => kind === 'socat')
    const folder = folderWith({ socat: socat?.path ?? 'exit 1' })
    const { rejected } = yield* probe({ folders: [folder], socket: '/run/a,b/hook.sock' })
    expect(rejected).toMatchObject([{ kind: 'socat', reason: expect.stringContaining('syntax') }])
  }),
)

it.effect('with nothing that works it fails, and says what was tried and what to install', () =>
  Effect.gen(function* () {
    const scratch = makeFolder()
    const none = yield* Effect.flip(
      probe({ folders: [folderWith({ nc: 'exit 1' })], node: '/nonexistent/node', scratch }),
    )
    expect(none._tag).toBe('NoTransport')
    expect(none.message).toContain('does not carry a small exchange')
    expect(none.remedy).toContain('netcat-openbsd')
    expect(fs.readdirSync(scratch)).toEqual([])
  }),
)

it.effect('without a shell, or a folder to try it in, it says so', () =>
  Effect.gen(function* () {
    const bare = yield* Effect.flip(probe({ folders: [makeFolder()] }))
    expect(bare).toMatchObject({ _tag: 'FileFailure', path: 'env' })
    const nowhere = yield* Effect.flip(probe({ scratch: '/nonexistent' }))
    expect(nowhere).toMatchObject({ _tag: 'FileFailure', path: '/nonexistent' })
  }),
)
