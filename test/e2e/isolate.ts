// Cuts the run off: a network with loopback alone, process ids of its own (nothing outlives the run,
// and no client that this may run under is seen by the gate's process-tree check), no environment.
import { spawnSync } from 'node:child_process'

/** Set in the process that runs inside. Says whether it really is cut off. */
const MARK = 'ISONAPSE_E2E_ISOLATED'

const asRoot = process.getuid?.() === 0

const NAMESPACES = [
  ...(asRoot ? [] : ['--map-current-user', '--keep-caps']),
  '--net',
  '--pid',
  '--fork',
  '--mount-proc',
  '--kill-child',
]

/** The first process of the namespace: it stays, to reap what its descendants leave behind. */
const INIT = 'ip link set lo up && "$@"; exit $?'

const KEPT = ['HOME', 'TERM', 'NO_COLOR', 'TMPDIR']

/**
 * Runs this program again, isolated, and answers its exit status; undefined inside of it, where the
 * caller goes on.
 */
export const isolate = (extra: Readonly<Record<string, string>>): number | undefined => {
  if (process.env[MARK] !== undefined) return undefined
  const can =
    process.platform === 'linux' &&
    spawnSync('unshare', [...NAMESPACES, '--', 'sh', '-c', 'ip link set lo up']).status === 0
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    ...Object.fromEntries(
      KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    ...extra,
    [MARK]: can ? 'yes' : 'no',
  }
  const self = [process.execPath, ...process.argv.slice(1)]
  const [command, ...args] = can
    ? ['unshare', ...NAMESPACES, '--', 'sh', '-c', INIT, 'sh', ...self]
    : self
  const ran = spawnSync(command!, args, { stdio: 'inherit', env })
  return ran.status ?? 1
}

export const isIsolated = (): boolean => process.env[MARK] === 'yes'
