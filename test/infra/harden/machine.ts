// Two throw-away users on this machine and a temporary folder in place of /opt, /var/lib, /run and /etc:
// what assurance level `hardened` is tried out on. Needs root; leaves nothing behind.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { missingTools } from '../../../src/infra/harden/accounts.ts'
import type { HardenRequest } from '../../../src/infra/harden/harden.ts'
import { copyProgram } from '../../../src/infra/harden/program.ts'
import { resolvePaths } from '../../../src/infra/paths.ts'

const repository = path.resolve(import.meta.dirname, '../../..')

/** Why it cannot be tried here; undefined where it can. */
export const cannot = (): string | undefined => {
  if (process.platform !== 'linux') return 'it is for Linux'
  if (process.getuid?.() !== 0) return 'it needs root'
  const missing = missingTools()
  if (missing.length > 0) return `this machine lacks ${missing.join(', ')}`
  if (!fs.existsSync(path.join(repository, 'dist/daemon.js'))) return 'the program is not built'
  try {
    fs.accessSync('/etc', fs.constants.W_OK)
  } catch {
    return 'no user can be made here'
  }
  const tried = spawnSync('/usr/bin/setpriv', [
    '--reuid=65534',
    '--clear-groups',
    '--inh-caps=-all,+dac_read_search',
    '--ambient-caps=-all,+dac_read_search',
    '--bounding-set=-all,+dac_read_search',
    '--',
    '/bin/true',
  ])
  return tried.status === 0 ? undefined : 'capabilities cannot be set here'
}

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  /** Runs a program as this user and nobody else, without any group but his own. */
  readonly run: (argv: ReadonlyArray<string>, input?: string) => Ran
  /** One line for a shell. */
  readonly sh: (line: string) => Ran
  /** `isonapse hook …`, the copy that any user may run. */
  readonly hook: (...args: ReadonlyArray<string>) => Ran
}

export interface Machine {
  readonly dir: string
  /** One that any user may run. */
  readonly node: string
  readonly alice: User
  readonly bob: User
  readonly request: HardenRequest
  readonly destroy: () => void
}

const must = (program: string, ...args: ReadonlyArray<string>): string => {
  const ran = spawnSync(program, args, { encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${ran.stderr}`)
  return ran.stdout
}

/** The program and its node where any user comes: the checkout itself may lie in a closed folder. */
const anybodys = (source: HardenRequest['source'], copy: string): readonly [string, string] => {
  const cli = path.join(source.root, 'bin/isonapse.cjs')
  const comes = ['--reuid=65534', '--regid=65534', '--clear-groups', '--']
  const tried = spawnSync('/usr/bin/setpriv', [...comes, source.node, cli, '--version'])
  if (tried.status === 0) return [source.node, cli]
  fs.mkdirSync(copy)
  fs.chmodSync(copy, 0o755)
  const roots = { program: copy, state: copy, run: copy, managed: copy, units: copy }
  Result.getOrThrow(copyProgram(source, roots))
  return [path.join(copy, 'node'), path.join(copy, 'app/bin/isonapse.cjs')]
}

export const makeMachine = (): Machine => {
  const dir = fs.mkdtempSync('/tmp/iso-h-')
  fs.chmodSync(dir, 0o755)
  const tag = randomBytes(4).toString('hex')
  const made: Array<string> = []
  const destroy = (): void => {
    for (const name of made) spawnSync('/usr/sbin/userdel', ['--force', '--', name])
    spawnSync('/usr/sbin/userdel', ['--force', '--', `isos${tag}`])
    fs.rmSync(dir, { recursive: true, force: true })
  }
  try {
    const roots = {
      program: path.join(dir, 'opt'),
      state: path.join(dir, 'lib'),
      run: path.join(dir, 'run'),
      managed: path.join(dir, 'etc'),
      units: path.join(dir, 'units'),
    }
    const source = { root: repository, node: process.execPath, version: '0.0.0' }
    const [node, cli] = anybodys(source, path.join(dir, 'any'))

    const user = (name: string): User => {
      const home = path.join(dir, name.slice(0, 4))
      made.push(name)
      must('/usr/sbin/useradd', '--no-create-home', '--user-group', '--home-dir', home, '--', name)
      const [, , uid, gid] = must('/usr/bin/getent', 'passwd', name).split(':').map(Number)
      fs.mkdirSync(home, { mode: 0o700 })
      fs.chownSync(home, uid!, gid!)
      const run: User['run'] = (argv, input = '') => {
        const ran = spawnSync(
          '/usr/bin/setpriv',
          [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--', ...argv],
          {
            cwd: home,
            env: { HOME: home, PATH: '/usr/bin:/bin' },
            encoding: 'utf8',
            input,
            timeout: 20_000,
          },
        )
        return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr }
      }
      return {
        name,
        uid: uid!,
        gid: gid!,
        home,
        run,
        sh: (line) => run(['/bin/sh', '-c', line]),
        hook: (...args) => run([node, cli, 'hook', ...args]),
      }
    }
    const alice = user(`isoa${tag}`)
    const from = Result.getOrThrow(
      resolvePaths({
        env: {},
        platform: 'linux',
        homedir: alice.home,
        uid: alice.uid,
        isPrivateDir: () => false,
      }),
    )
    return {
      dir,
      node,
      alice,
      bob: user(`isob${tag}`),
      request: {
        roots,
        user: { name: alice.name, uid: alice.uid, gid: alice.gid, home: alice.home },
        service: `isos${tag}`,
        from,
        env: {},
        source,
        systemd: false,
        pid: process.pid,
      },
      destroy,
    }
  } catch (error) {
    destroy()
    throw error
  }
}
