// Containers and virtual machines: code inside them is not read, and some options break out of them.
import { isWithin } from '../../action/paths.ts'
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, UNKNOWN } from '../word.ts'

const NOTHING: Behaviour = {}
const DESTROYS: Behaviour = { does: ['destroy.infra'] }

const RUN_VALUES =
  '-p --publish -e --env --name -w --workdir -u --user --network --net --entrypoint -l --label --mount --platform --memory -m --cpus --restart -h --hostname --add-host --dns --log-driver --log-opt --cap-add --cap-drop --security-opt --device --gpus --pid --ipc --uts --userns --shm-size --ulimit --tmpfs --expose --link --cidfile'

/** Options that give the container the machine. */
const breaksOut = (call: ProgramCall): boolean =>
  call.has('--privileged') ||
  call
    .valuesOf('--pid', '--ipc', '--uts', '--userns', '--network', '--net')
    .some((value) => value.text === 'host') ||
  call
    .valuesOf('--cap-add')
    .some((value) => /ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE/i.test(value.text)) ||
  call.valuesOf('--device').length > 0

const mounts = (call: ProgramCall): void => {
  for (const value of call.valuesOf('-v', '--volume', '--mount')) {
    const source =
      /(?:^|,)(?:source|src)=([^,]+)/.exec(value.text)?.[1] ?? value.text.split(':')[0]!
    if (!/^[/.~]/.test(source) && !source.startsWith(UNKNOWN)) continue
    const readOnly = /:ro(?:,|$)|readonly/.test(value.text)
    const word = {
      ...value,
      text: source,
      is: source.includes(UNKNOWN) ? ('dynamic' as const) : ('literal' as const),
    }
    const path = call.pathOf(word)
    const { project } = call.around.place
    const reach = path !== undefined && isWithin(path, project) ? 'self' : 'all'
    call.path(readOnly ? 'fs.read' : 'fs.write', word, reach)
    if (
      path === '/' ||
      path === '/etc' ||
      path === '/var/run/docker.sock' ||
      path === '/run/docker.sock'
    )
      call.effect('privilege', { name: 'host-mount' })
  }
}

const start = (call: ProgramCall): void => {
  if (breaksOut(call)) call.effect('privilege', { name: 'container' })
  mounts(call)
  for (const file of call.valuesOf('--env-file')) call.take('read', file)
  call.exec('container-code')
}

const build = (call: ProgramCall): void => {
  call.facts(['net.fetch', 'exec', 'project-code'])
  if (call.has('--push')) call.effect('net.send')
}

const copy = (call: ProgramCall): void => {
  const [from, to] = call.operands
  if (from !== undefined && !headOf(from).includes(':')) call.take('scan', from)
  if (to !== undefined && !headOf(to).includes(':')) call.take('write', to)
}

/** A stopped container or an unused image goes without loss; force and volumes are another matter. */
const remove = (call: ProgramCall): void => {
  if (
    call.has('-f', '--force', '-v', '--volumes') ||
    call.operands.some((word) => word.is !== 'literal')
  )
    call.effect('destroy.infra')
  else if (call.operands.length > 0) call.exec('container-code')
}

const down = (call: ProgramCall): void => {
  if (call.has('-v', '--volumes', '--rmi')) call.effect('destroy.infra')
  else call.facts(['exec', 'container-code'])
}

const COMPOSE: Readonly<Record<string, Behaviour>> = {
  'ps logs config images top port events ls version convert stats volumes': NOTHING,
  'up start restart stop pause unpause create build pull scale watch kill wait': {
    does: ['exec', 'project-code'],
  },
  'run exec attach': { does: ['exec', 'container-code'] },
  down: { run: down },
  rm: DESTROYS,
  push: { does: ['net.send'] },
  cp: { run: copy },
}

/** Objects of their own command: list and inspect look, rm and prune destroy. */
const OBJECT: Behaviour = {
  sub: {
    'ls list inspect logs history top stats df info events port diff': NOTHING,
    'rm remove prune': DESTROYS,
    pull: { does: ['net.fetch'] },
    push: { does: ['net.send'] },
    'run exec': {
      style: 'posix',
      options: { [RUN_VALUES]: 'data', '-v --volume': 'data', '--env-file': 'data' },
      run: start,
    },
    build: { run: build },
  },
  other: { does: ['exec', 'container-code'] },
}

export const CONTAINERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'docker podman nerdctl finch',
    options: { '-H --host -c --context --config -l --log-level --connection': 'data' },
    sub: {
      'ps images logs inspect version info stats top port history events search diff help wait ls':
        NOTHING,
      'run create': {
        style: 'posix',
        options: { [RUN_VALUES]: 'data', '-v --volume': 'data', '--env-file': 'data' },
        run: start,
      },
      exec: {
        style: 'posix',
        options: { '-e --env -w --workdir -u --user': 'data' },
        does: ['exec', 'container-code'],
        flags: { '--privileged': ['privilege'] },
      },
      'build buildx bake': {
        options: { '-t --tag -f --file --build-arg --target --platform --secret': 'data' },
        run: build,
      },
      'pull login logout': { does: ['net.fetch'] },
      push: { does: ['net.send'] },
      'start stop restart pause unpause rename update attach kill': {
        does: ['exec', 'container-code'],
      },
      'rm rmi': { run: remove },
      'save export': { options: { '-o --output': 'write' } },
      'load import': { options: { '-i --input': 'read' }, does: ['exec', 'container-code'] },
      'tag commit': { does: ['exec', 'container-code'] },
      cp: { run: copy },
      compose: {
        options: { '-f --file -p --project-name --profile --env-file --project-directory': 'data' },
        sub: COMPOSE,
      },
      'container image volume network system builder context plugin secret config node service stack swarm manifest checkpoint trust machine pod':
        OBJECT,
    },
    examples: [
      'docker ps =>',
      'docker run --rm -v .:/app node npm test => fs.write ., exec docker, opaque container-code',
      'docker run --privileged x => privilege container, exec docker, opaque container-code',
      'docker run -v /:/host x => fs.write /, tamper /, destroy.system /, privilege host-mount, exec docker, opaque container-code',
      'docker system prune -af => destroy.infra',
      'docker compose up -d => exec docker, opaque project-code',
      'docker compose down -v => destroy.infra',
      'docker rm -f x => destroy.infra',
      'docker volume rm x => destroy.infra',
      'docker build -t x . => net.fetch, exec docker, opaque project-code',
      'docker push x => net.send',
      'docker exec x ls => exec docker, opaque container-code',
      'docker run -v ~/.ssh:/s:ro x => fs.read ~/.ssh, secret.read ~/.ssh, exec docker, opaque container-code',
    ],
  },
  {
    names: 'docker-compose podman-compose',
    options: { '-f --file -p --project-name --profile --env-file': 'data' },
    sub: COMPOSE,
    examples: [
      'docker-compose logs =>',
      'docker-compose down => exec docker-compose, opaque container-code',
    ],
  },
  {
    names: 'vagrant multipass limactl lima colima virsh vboxmanage qemu-system-x86_64 prlctl tart',
    sub: {
      'list ls status info version ssh-config validate global-status dominfo': NOTHING,
      'destroy delete undefine purge unregistervm': DESTROYS,
    },
    other: { does: ['exec', 'container-code'] },
    examples: [
      'vagrant destroy -f => destroy.infra',
      'vagrant up => exec vagrant, opaque container-code',
    ],
  },
]
