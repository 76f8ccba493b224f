// What a command hands a container of this machine, and whether the command inside only tells something.
import { isWithin } from '../../action/paths.ts'
import { specialZoneOf } from '../../action/zones.ts'
import type { ProgramCall } from '../programCall.ts'
import { type ShellWord, textOf, UNKNOWN } from '../word.ts'

export const RUN_VALUES =
  '-p --publish -e --env --name -w --workdir -u --user --network --net --entrypoint -l --label --mount --platform --memory -m --cpus --restart -h --hostname --add-host --dns --log-driver --log-opt --cap-add --cap-drop --security-opt --device --gpus --pid --ipc --uts --userns --cgroupns --shm-size --ulimit --tmpfs --expose --link --cidfile --volumes-from --group-add --runtime --pull --stop-signal --health-cmd --annotation --label-file --sysctl -a --attach'

/** Options that give the container the machine. */
export const breaksOut = (call: ProgramCall): boolean =>
  call.has('--privileged', '--rootfs') ||
  call
    .valuesOf('--pid', '--ipc', '--uts', '--userns', '--network', '--net', '--cgroupns')
    .some((value) => value.text === 'host') ||
  call
    .valuesOf('--cap-add')
    .some((value) => /ALL|SYS_|NET_ADMIN|DAC_|BPF|MAC_/i.test(value.text)) ||
  call.valuesOf('--security-opt').some((value) => /unconfined|disable/i.test(value.text)) ||
  call.valuesOf('--group-add').some((value) => /^(?:docker|root|0)$/.test(value.text)) ||
  call.valuesOf('--device').length > 0

/** Folders of the machine that lead out of the container again when they are written to. */
const LEADS_OUT =
  /^\/(?:$|etc|proc|sys|dev|root|boot|usr|var|bin|sbin|lib)(?:\/|$)|\.sock$|^\/(?:var\/)?(?:run|lib)\/(?:docker|containerd|podman|crio|user)/

/** Within a folder that is somebody's, and not the root of the file system. */
const isBelow = (path: string, root: string): boolean => root !== '/' && isWithin(path, root)

export const mounts = (call: ProgramCall): void => {
  for (const value of call.valuesOf('-v', '--volume', '--mount')) {
    const given = value.text.replace(/^=/, '')
    const source = /(?:^|,)(?:source|src)=([^,]+)/.exec(given)?.[1] ?? given.split(':')[0]!
    if (!/^[/.~]/.test(source) && !source.startsWith(UNKNOWN)) continue
    const readOnly = /:ro(?:,|$)|readonly/.test(value.text)
    const word = {
      ...value,
      text: source,
      is: source.includes(UNKNOWN) ? ('dynamic' as const) : ('literal' as const),
    }
    const path = call.pathOf(word)
    const { home, project } = call.around.place
    // A socket is spoken to, and what it answers is privilege, not loss.
    const socket = path?.endsWith('.sock') === true
    const ours = path !== undefined && isWithin(path, project)
    const reach = socket || ours ? 'self' : 'all'
    call.path(readOnly ? 'fs.read' : 'fs.write', word, reach)
    if (path === undefined) continue
    // Root's home directory leads out of a container no more than anybody's: what is written there says so.
    const own = isBelow(path, project) || isBelow(path, home)
    if (socket || (LEADS_OUT.test(path) && !own)) call.effect('privilege', { name: 'host-mount' })
  }
}

/** Programs that only tell something, whatever their arguments. */
const TELLS = new Set(
  (
    'ls cat head tail wc stat file pwd whoami id groups date uname hostname uptime nproc arch ps df du free top lsof mount ' +
    'echo true which type grep egrep fgrep sort uniq cut tr column nslookup ping getent ss netstat ifconfig ip locale md5sum ' +
    'sha256sum basename dirname realpath readlink tree test'
  ).split(' '),
)

/** The command inside tells something and changes nothing; no file it names holds credentials. */
export const onlyTells = (call: ProgramCall, words: ReadonlyArray<ShellWord>): boolean => {
  const [first, ...rest] = words
  const name = textOf(first)
  if (name === undefined || words.some((word) => word.is === 'dynamic')) return false
  if (rest.length === 1 && /^(?:--version|-[vV]|version|--help)$/.test(rest[0]!.text)) return true
  const plain = name.slice(name.lastIndexOf('/') + 1)
  if (!TELLS.has(plain) || rest.some((word) => /^(?:-o|--output)/.test(word.text))) return false
  // These change something when they are given more than options and a kind of thing.
  const sets = /^(?:ip|ifconfig|mount|date|hostname)$/.test(plain)
  if (sets && !rest.every((word) => /^(?:[-+](?!s|-set|F)\S*|addr|a|route|r)$/.test(word.text)))
    return false
  return !rest.some((word) => {
    const path = word.text.startsWith('/') ? word.text : `/${word.text}`
    return specialZoneOf(path, call.home) === 'secret'
  })
}
