// A machine for one scenario, which root may harden: a mount namespace of its own, in which /etc is a copy
// with two accounts, and /opt, /var/lib and /run are empty. Nothing of the real machine is changed.
import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'

export interface OwnMachine {
  /** A command line, as it is run in it. */
  readonly within: (argv: ReadonlyArray<string>, cwd: string) => ReadonlyArray<string>
  readonly end: () => void
}

/** The name of the user in it. */
export const USER = 'e2e'

const MOUNTS = `set -e
cp -a /etc "$1"
mount --bind "$1" /etc
for dir in /opt /var/lib /run; do mount -t tmpfs -o mode=755 none "$dir"; done
printf 'root:x:0:0:root:/root:/bin/sh\n${USER}:x:%s:%s::%s:/bin/sh\n' "$2" "$2" "$3" >/etc/passwd
printf 'root:x:0:\n${USER}:x:%s:\n' "$2" >/etc/group
printf 'root:*:1::::::\n${USER}:*:1::::::\n' >/etc/shadow
rm -f /etc/gshadow
echo ready
exec sleep infinity`

/** `scratch`: a folder of root's that is there. */
export const ownMachine = async (
  scratch: string,
  uid: number,
  home: string,
): Promise<OwnMachine> => {
  const etc = path.join(scratch, 'etc')
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', MOUNTS, 'sh']
  const holder: ChildProcess = spawn('unshare', [...words, etc, String(uid), home], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  holder.stderr!.on('data', (chunk: Buffer) => (said += chunk))
  await new Promise<void>((resolve, reject) => {
    holder.stdout!.once('data', () => resolve())
    holder.once('exit', () => reject(new Error(`no namespace: ${said}`)))
  })
  return {
    within: (argv, cwd) => [
      'nsenter',
      `--mount=/proc/${holder.pid}/ns/mnt`,
      'sh',
      '-c',
      'cd "$0" && exec "$@"',
      cwd,
      ...argv,
    ],
    end: () => {
      holder.kill('SIGKILL')
      fs.rmSync(scratch, { recursive: true, force: true })
    },
  }
}
