// Files named by others, measured by another user's rights. The files here are the running user's; who
// reads them is somebody else, so that no root is needed.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { named, readAs } from '../../../src/infra/files/named.ts'

const { O_NOFOLLOW, O_RDONLY } = fs.constants
const own = process.getuid!()
const group = process.getgid!()
const STRANGER = { uid: own + 4321, gids: [group + 4321] }

let dir: string
const at = (...names: ReadonlyArray<string>): string => path.join(dir, ...names)
const put = (name: string, mode: number): void => {
  fs.writeFileSync(at(name), name)
  fs.chmodSync(at(name), mode)
}
const codeOf = (call: () => unknown): unknown => {
  try {
    call()
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}
const text = (file: string, flags = O_RDONLY): string => {
  const fd = named.openSync(file, flags)
  try {
    return fs.readFileSync(fd, 'utf8')
  } finally {
    fs.closeSync(fd)
  }
}

beforeAll(() => {
  dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-named-')))
  fs.chmodSync(dir, 0o755)
  fs.mkdirSync(at('open'))
  fs.chmodSync(at('open'), 0o755)
  fs.mkdirSync(at('closed'), { mode: 0o700 })
  fs.mkdirSync(at('passed'))
  // To be gone through, not to be listed.
  fs.chmodSync(at('passed'), 0o711)
  put('open/all', 0o644)
  put('open/mine', 0o600)
  put('open/group', 0o640)
  put('closed/all', 0o644)
  put('passed/all', 0o644)
  fs.symlinkSync(at('closed'), at('to-closed'))
  fs.symlinkSync('open/all', at('to-all'))
  fs.symlinkSync(at('closed/all'), at('to-hidden'))
  fs.symlinkSync('../closed/../open/all', at('open/round'))
  fs.symlinkSync('loop', at('loop'))
})
afterEach(() => readAs(undefined))
afterAll(() => fs.rmSync(dir, { recursive: true }))

// Which file it was that was opened is asked of /proc.
describe.skipIf(process.platform !== 'linux')('read as somebody else', () => {
  it('opens what he may read, through links and folders that he may enter', () => {
    readAs(STRANGER)
    expect(text(at('open/all'))).toBe('open/all')
    expect(text(at('passed/all'))).toBe('passed/all')
    expect(text(at('to-all'))).toBe('open/all')
    expect(codeOf(() => text(at('to-all'), O_RDONLY | O_NOFOLLOW))).toBe('ELOOP')
  })

  it.each(['open/mine', 'open/group', 'closed/all', 'to-closed/all', 'to-hidden', 'open/round'])(
    'keeps %s, which only this process may read',
    (name) => {
      expect(text(at(name))).toBeTruthy()
      readAs(STRANGER)
      expect(codeOf(() => text(at(name)))).toBe('EACCES')
    },
  )

  it('counts his groups, and his own rights before theirs', () => {
    readAs({ uid: STRANGER.uid, gids: [group] })
    expect(text(at('open/group'))).toBe('open/group')
    // The owner of a file that its group may read and he may not.
    put('open/odd', 0o044)
    readAs({ uid: own, gids: [group] })
    expect(codeOf(() => text(at('open/odd')))).toBe('EACCES')
  })

  it('says nothing of what lies behind a closed folder, not even whether it is there', () => {
    readAs(STRANGER)
    for (const name of ['closed/all', 'closed/nothing', 'to-closed/nothing']) {
      expect(codeOf(() => named.lstatSync(at(name)))).toBe('EACCES')
      expect(codeOf(() => named.statSync(at(name), { throwIfNoEntry: false }))).toBe('EACCES')
      expect(codeOf(() => named.realpathSync(at(name)))).toBe('EACCES')
      expect(named.existsSync(at(name))).toBe(false)
    }
    expect(codeOf(() => named.readdirSync(at('closed')))).toBe('EACCES')
    expect(codeOf(() => named.readdirSync(at('passed')))).toBe('EACCES')
    expect(codeOf(() => named.opendirSync(at('to-closed')))).toBe('EACCES')
  })

  it('tells of the rest what the file system tells', () => {
    const told = () => ({
      names: named.readdirSync(at('open')).sort(),
      typed: named.readdirSync(dir, { withFileTypes: true }).find(({ name }) => name === 'to-all')!,
      real: named.realpathSync(at('to-all')),
      link: named.readlinkSync(at('to-all')),
      isLink: named.lstatSync(at('to-all')).isSymbolicLink(),
      size: named.statSync(at('to-all')).size,
      missing: named.statSync(at('open/none'), { throwIfNoEntry: false }),
      code: codeOf(() => named.lstatSync(at('open/none'))),
      below: codeOf(() => named.lstatSync(at('open/all/x'))),
      loop: codeOf(() => named.statSync(at('loop'))),
      there: [named.existsSync(at('to-all')), named.existsSync(at('open/none'))],
    })
    const plain = told()
    readAs(STRANGER)
    const { typed, ...rest } = told()
    expect(typed.isSymbolicLink()).toBe(true)
    expect(rest).toEqual({ ...plain, typed: undefined })
  })

  it('shows nothing of the process that reads but what every process sees', () => {
    for (const name of ['self', 'thread-self', String(process.pid)]) {
      const file = path.join('/proc', name, 'maps')
      expect(text(file)).toBeTruthy()
      readAs(STRANGER)
      expect(codeOf(() => text(file))).toBe('EACCES')
      expect(codeOf(() => named.realpathSync(file))).toBe('EACCES')
      readAs(undefined)
    }
  })

  it('takes no longer a path than the kernel does', () => {
    const long = `${at('open')}${'/../open'.repeat(2000)}/all`
    expect(codeOf(() => named.statSync(long))).toBe('ENAMETOOLONG')
    readAs(STRANGER)
    expect(codeOf(() => named.statSync(long))).toBe('ENAMETOOLONG')
    expect(codeOf(() => text(long))).toBe('ENAMETOOLONG')
  })

  it('goes no way that is put in the place of a folder while it walks', async () => {
    // Whoever owns the folder swaps it for a link, as fast as he can.
    fs.mkdirSync(at('swapped'))
    fs.chmodSync(at('swapped'), 0o755)
    const program = `const fs = require('fs')
      const [dir, link, aside] = process.argv.slice(1)
      for (const end = Date.now() + 1500; Date.now() < end;) {
        fs.renameSync(dir, aside)
        fs.renameSync(link, dir)
        fs.renameSync(dir, link)
        fs.renameSync(aside, dir)
      }`
    fs.symlinkSync(at('closed'), at('swap'))
    const swaps = spawn(process.execPath, ['-e', program, at('swapped'), at('swap'), at('aside')])
    readAs(STRANGER)
    const got = new Set<unknown>()
    while (swaps.exitCode === null) {
      for (let i = 0; i < 200; i++) {
        got.add(codeOf(() => named.lstatSync(at('swapped/all'))))
        got.add(codeOf(() => named.realpathSync(at('swapped/all'))))
        got.add(codeOf(() => text(at('swapped/all'))))
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    // A link that is a folder again when it is read: EINVAL. What there is behind it is never told.
    expect([...got].filter((code) => code !== 'EINVAL').sort()).toEqual(['EACCES', 'ENOENT'])
  })

  it('leaves no descriptor open where it refuses', () => {
    readAs(STRANGER)
    const open = () => fs.readdirSync('/proc/self/fd').length
    const before = open()
    for (let i = 0; i < 20; i++) {
      codeOf(() => text(at('open/mine')))
      codeOf(() => named.readdirSync(at('closed')))
    }
    expect(open()).toBe(before)
  })
})

describe('what follows a path of somebody else’s', () => {
  const source = path.resolve(import.meta.dirname, '../../../src/infra')
  const READS =
    /\bfs\.(?:promises\b|(?:open|openAs|lstat|stat|readdir|opendir|realpath|readlink|exists|access|readFile|createReadStream|glob)(?:Sync)?\b)/
  const files = [
    ...['skills', 'transcript', 'gaps', 'integrity'].flatMap((folder) =>
      fs.readdirSync(path.join(source, folder)).map((name) => path.join(folder, name)),
    ),
    ...['readSource', 'realPath', 'writtenFile', 'observe', 'worktrees', 'gatherSources'].map(
      (name) => `server/${name}.ts`,
    ),
    'server/contextFile.ts',
    'server/skillMethods.ts',
    'server/survey.ts',
    'client/clientFiles.ts',
    'client/configEffect.ts',
    'client/settingsLayers.ts',
  ]

  it.each(files)('%s asks the file system through named.ts alone', (file) => {
    expect(fs.readFileSync(path.join(source, file), 'utf8')).not.toMatch(READS)
  })
})
