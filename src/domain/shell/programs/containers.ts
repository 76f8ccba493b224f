// Containers: code inside them is not read, but what a command hands them of this machine is, and so
// are the objects that it deletes. What only looks is told apart by the command that runs inside.
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, textOf } from '../word.ts'
import { placedIn } from './placedCode.ts'
import { breaksOut, mounts, onlyTells, RUN_VALUES } from './containerRuns.ts'

const NOTHING: Behaviour = {}
const DESTROYS: Behaviour = { does: ['destroy.infra'] }
const INSIDE: Behaviour = { does: ['exec', 'container-code'] }
const SENDS: Behaviour = { does: ['net.send'] }

const start = (call: ProgramCall): void => {
  if (call.operands.length === 0 && !call.open) return
  if (breaksOut(call)) call.effect('privilege', { name: 'container' })
  mounts(call)
  for (const file of call.valuesOf('--env-file', '--label-file')) call.take('read', file)
  const into = call.value('--cidfile')
  if (into !== undefined) call.take('write', into)
  call.exec('container-code')
}

/** Clients of a service that runs beside them: what they do to its data is what counts. */
const CLIENTS =
  /^(?:psql|mysql|mariadb|mongosh?|redis-cli|valkey-cli|cqlsh|pg_dump|pg_isready|mysqldump|mysqladmin|createdb|dropdb)$/

const inside = (call: ProgramCall): void => {
  if (call.has('--privileged')) call.effect('privilege', { name: 'container' })
  const [name, ...words] = call.operands
  // A name that may be several words moves the command.
  if (name?.open === true) call.exec('container-code')
  else if (CLIENTS.test(textOf(words[0]) ?? '')) call.runs(words)
  else if (!onlyTells(call, words)) call.exec('container-code')
}

const EXEC: Behaviour = {
  style: 'posix',
  options: { '-e --env --env-file -w --workdir -u --user --detach-keys --index': 'data' },
  run: inside,
}

const RUN: Behaviour = {
  style: 'posix',
  options: { [RUN_VALUES]: 'data', '-v --volume': 'data', '--env-file': 'data' },
  run: start,
}

const build = (call: ProgramCall): void => {
  for (const word of call.valuesOf('-f', '--file', '--secret', '--ssh')) {
    const source = /(?:^|,)(?:src|source)=([^,]+)/.exec(word.text)?.[1]
    if (source !== undefined) call.take('read', { ...word, text: source })
  }
  if (call.valuesOf('--allow').some((word) => /insecure|host/.test(word.text)))
    call.effect('privilege', { name: 'container' })
  // A repository or an archive elsewhere: nothing of the project.
  const remote = call.operands.some((word) => /^[a-z+]+:\/\/|^git@/.test(word.text))
  const inline = [...call.operands, ...call.valuesOf('-f', '--file')].some(
    ({ text }) => text === '-',
  )
  const places = [...call.operands, ...call.valuesOf('-f', '--file')]
  const code = remote || inline ? 'container-code' : placedIn(call, places)
  // The folder goes to the builder as a whole.
  if (code === 'outside-code') for (const folder of call.operands) call.take('scan', folder)
  call.facts(['net.fetch', 'exec', code])
  if (call.has('--push')) call.effect('net.send')
  const word = call.value('-o', '--output')
  if (word === undefined) return
  const out = word.text.includes('=') ? /(?:^|,)dest=([^,]+)/.exec(word.text)?.[1] : word.text
  if (out !== undefined) call.take('write', { ...word, text: out })
}

const BUILD: Behaviour = {
  options: {
    '-t --tag -f --file --build-arg --target --platform --secret --ssh --cache-from --cache-to -o --output --build-context --builder --label --network --progress --allow':
      'data',
  },
  run: build,
}

const copy = (call: ProgramCall): void => {
  const [from, to] = call.operands
  if (from !== undefined && !headOf(from).includes(':')) call.take('scan', from)
  if (to === undefined) return
  if (!headOf(to).includes(':')) call.take('write', to)
  else call.exec('container-code')
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

/** A compose file may hand the machine to a container as `docker run` does: nobody read it here. */
const composed = (call: ProgramCall): void => call.exec('container-code')

const down = (call: ProgramCall): void => {
  if (call.has('-v', '--volumes', '--rmi')) call.effect('destroy.infra')
  else composed(call)
}

/** Written into the user's folder: credentials, or which machine later commands speak to. */
const SETTLES: Behaviour = { does: ['writes ~/.docker/config.json'] }

const COMPOSE: Readonly<Record<string, Behaviour>> = {
  'ps logs config images top port events ls version convert stats volumes wait': NOTHING,
  'attach commit': INSIDE,
  export: { options: { '-o --output': 'write' } },
  'up start restart stop pause unpause create build pull scale watch kill': {
    run: composed,
  },
  run: {
    style: 'posix',
    options: { [RUN_VALUES]: 'data', '-v --volume': 'data' },
    run: (call) => {
      mounts(call)
      call.exec('container-code')
    },
  },
  exec: EXEC,
  down: { run: down },
  rm: DESTROYS,
  'push publish': SENDS,
  cp: { run: copy },
}

/** Objects of their own command: list and inspect look, rm and prune destroy. */
const OBJECT: Behaviour = {
  sub: {
    'ls list ps inspect logs history top stats df info events port diff show services tasks wait exists verify check config status version cves quickview qv recommendations compare sbom environment':
      NOTHING,
    'export save': { options: { '-o --output': 'write' } },
    'rm remove prune reset': DESTROYS,
    pull: { does: ['net.fetch'] },
    'push deploy': SENDS,
    'run create': RUN,
    exec: EXEC,
    build: BUILD,
    cp: { run: copy },
  },
  other: INSIDE,
}

const BUILDX: Readonly<Record<string, Behaviour>> = {
  'ls inspect version du': NOTHING,
  imagetools: { sub: { inspect: NOTHING }, other: SENDS },
  history: { sub: { 'ls logs inspect open': NOTHING }, other: INSIDE },
  'build b bake f': BUILD,
  'create use stop install uninstall': INSIDE,
  'rm prune': DESTROYS,
}

/** An engine on another machine: what is built or run goes there. */
const elsewhere = (call: ProgramCall): void => {
  for (const engine of call.valuesOf('-H', '--host'))
    if (!/^(?:unix|npipe|fd):/.test(headOf(engine))) call.take('send', engine)
}

export const CONTAINERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'docker podman nerdctl finch',
    options: {
      '-H --host -c --context --config -l --log-level --connection --url --namespace -n --tlscacert --tlscert --tlskey':
        'data',
    },
    every: elsewhere,
    sub: {
      'ps images logs inspect version info stats top port history events search diff help wait ls':
        NOTHING,
      'run create': RUN,
      exec: EXEC,
      'build bake': BUILD,
      buildx: { sub: BUILDX, other: INSIDE },
      pull: { does: ['net.fetch'] },
      login: { does: ['net.send', 'writes ~/.docker/config.json'] },
      logout: SETTLES,
      push: SENDS,
      'start stop restart pause unpause rename update attach kill tag commit init': INSIDE,
      'rm rmi': { run: remove },
      'save export': { options: { '-o --output': 'write' } },
      'load import': { options: { '-i --input': 'read' }, does: ['exec', 'container-code'] },
      cp: { run: copy },
      compose: {
        options: {
          '-f --file -p --project-name --profile --env-file --project-directory --ansi --progress --parallel':
            'data',
        },
        sub: COMPOSE,
      },
      context: {
        sub: { 'ls list show inspect': NOTHING, export: { does: ['writes .'] } },
        other: { does: ['writes ~/.docker/contexts'] },
      },
      plugin: {
        sub: { 'ls list inspect': NOTHING, 'rm remove disable': DESTROYS },
        other: { does: ['privilege', 'exec', 'container-code'] },
      },
      swarm: {
        sub: { 'join-token unlock-key ca': { does: ['secret.read'] }, leave: DESTROYS },
        other: INSIDE,
      },
      sbom: NOTHING,
      manifest: { sub: { inspect: { does: ['net.fetch'] } }, other: SENDS },
      trust: { sub: { inspect: NOTHING }, other: SENDS },
      generate: NOTHING,
      unshare: { style: 'posix', run: (call) => call.runs(call.operands) },
      'container image volume network system builder secret config node service stack checkpoint machine pod kube scout model desktop extension mcp offload':
        OBJECT,
    },
    examples: [
      'docker ps =>',
      'docker run --rm -v .:/app node npm test => fs.write ., exec docker, opaque container-code',
      'docker run --privileged x => privilege container, exec docker, opaque container-code',
      'docker run -v /:/host x => fs.write /, tamper /, destroy.system /, privilege host-mount, exec docker, opaque container-code',
      'docker run -v /var/run/docker.sock:/s x => fs.write /var/run/docker.sock, privilege host-mount, exec docker, opaque container-code',
      'docker run --security-opt seccomp=unconfined x => privilege container, exec docker, opaque container-code',
      'docker system prune -af => destroy.infra',
      'docker system df =>',
      'docker compose up -d => exec docker, opaque container-code',
      'docker compose down => exec docker, opaque container-code',
      'docker compose down -v => destroy.infra',
      'docker compose -f /tmp/x.yml up => exec docker, opaque container-code',
      'docker compose exec web ls =>',
      'docker rm -f x => destroy.infra',
      'docker volume rm x => destroy.infra',
      'docker build -t x . => net.fetch, exec docker, opaque project-code',
      'docker build --secret id=a,src=.env . => fs.read .env, secret.read .env, net.fetch, exec docker, opaque project-code',
      'docker build https://h.example/a.git => net.fetch, exec docker, opaque container-code',
      'docker build -o ../out . => net.fetch, exec docker, opaque project-code, fs.write ~/out',
      'docker run -v=/etc:/e x => fs.write /etc, destroy.system /etc, privilege host-mount, exec docker, opaque container-code',
      'docker buildx ls =>',
      'docker -H tcp://x.example:2375 ps => net.send x.example',
      'docker build ~/.ssh => fs.read ~/.ssh, secret.read ~/.ssh, net.fetch, exec docker, opaque outside-code',
      'docker build -f - . <<< "FROM x" => net.fetch, exec docker, opaque container-code',
      'docker buildx build --push . => net.fetch, exec docker, opaque project-code, net.send',
      'docker push x => net.send',
      'docker exec x ls /app =>',
      'docker exec -it x cat /run/secrets/a => exec docker, opaque container-code',
      'docker exec x sh -c "rm -rf /data" => exec docker, opaque container-code',
      'docker exec x python --version =>',
      'docker exec -i db psql -U a -c "DROP TABLE x" => destroy.data',
      'docker run -v ~/.ssh:/s:ro x => fs.read ~/.ssh, secret.read ~/.ssh, exec docker, opaque container-code',
      'docker cp a.txt x:/a => fs.read a.txt, exec docker, opaque container-code',
      'docker cp x:/a ../b => fs.write ~/b',
      'docker save -o a.tar x => fs.write a.tar',
      'docker context show =>',
      'docker stack services x =>',
      'docker login => net.send, fs.write ~/.docker/config.json',
      'docker run =>',
    ],
  },
  {
    names: 'docker-compose podman-compose',
    options: { '-f --file -p --project-name --profile --env-file --project-directory': 'data' },
    sub: COMPOSE,
    examples: [
      'docker-compose logs =>',
      'docker-compose down => exec docker-compose, opaque container-code',
      'docker-compose down --volumes => destroy.infra',
    ],
  },
  {
    names: 'buildah crictl ctr kaniko buildctl',
    sub: {
      'ps images pods inspect inspecti inspectp logs stats info version containers list-tags digest manifest ls verify tree':
        NOTHING,
      'rm rmi rmp stopp delete untag': DESTROYS,
      'push copy sync sign attest attach': SENDS,
      'pull fetch': { does: ['net.fetch'] },
      exec: EXEC,
      'bud build': BUILD,
    },
    other: INSIDE,
    examples: ['crictl ps =>', 'buildah push a b => net.send', 'crictl rmi x => destroy.infra'],
  },
]
