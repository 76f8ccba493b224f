import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyseCall } from '../../../../src/domain/action/analyse.ts'
import { describeEffect, OBSERVED, PLACE } from '../../action/describe.ts'

const effectsOf = (command: string): ReadonlyArray<string> =>
  analyseCall({ name: 'Bash', input: { command } }, PLACE, OBSERVED).effects.map(describeEffect)

const BREAKS_OUT = [
  '--privileged',
  '--pid=host',
  '--pid host',
  '--network=host',
  '--cap-add=SYS_ADMIN',
  '--cap-add ALL',
  '--security-opt seccomp=unconfined',
  '--device /dev/sda',
  '-v /var/run/docker.sock:/s',
  '--volume=/run/docker.sock:/s:ro',
  '--mount type=bind,source=/etc,target=/e',
] as const

describe('containers', () => {
  it('are told apart when they are given the machine, wherever the option stands', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...BREAKS_OUT),
        fc.constantFrom('docker run', 'podman run', 'docker container run', 'docker create'),
        fc.subarray(['--rm', '-it', '-e A=1', '--name x']),
        (option, run, others) => {
          const command = `${run} ${others.join(' ')} ${option} image true`
          expect(effectsOf(command).join(), command).toContain('privilege')
        },
      ),
    )
  })

  it('do not take an option of the inner command for their own', () => {
    expect(effectsOf('docker run image x --privileged')).toEqual([
      'exec docker',
      'opaque container-code',
    ])
    expect(effectsOf('docker exec x ls --privileged')).toEqual([])
  })

  it('are free of questions where the command inside only tells something', () => {
    for (const command of ['ls -la /app', 'ps aux', 'cat /etc/hosts', 'node --version', 'pwd'])
      expect(effectsOf(`docker exec -it x ${command}`), command).toEqual([])
    for (const command of [
      'sh',
      'rm -rf /app',
      'cat /app/.env',
      'cat /run/secrets/x',
      'env',
      '$CMD',
      'ls $X',
      'find / -delete',
      'tee /x',
      'hostname other',
      'date -s 12:00',
      'sort -o /a /b',
    ])
      expect(effectsOf(`docker exec x ${command}`), command).toContain('opaque container-code')
  })

  it('say what is done to a database inside', () => {
    expect(effectsOf('docker exec db psql -c "DROP TABLE a"').join()).toContain('destroy.data')
    expect(effectsOf('docker compose exec -T db mysql -e "DROP DATABASE a"').join()).toContain(
      'destroy.data',
    )
  })

  it('are lost with their volumes and images', () => {
    for (const command of [
      'docker rm -f x',
      'docker rm -vf x',
      'docker volume rm x',
      'docker volume prune -f',
      'docker system prune -a',
      'docker image prune',
      'docker compose down -v',
      'docker-compose down --volumes --remove-orphans',
      'docker compose -f a.yml down --rmi all',
      'docker rm $(docker ps -aq)',
      'podman system reset',
      'vagrant destroy',
    ])
      expect(effectsOf(command).join(), command).toContain('destroy.infra')
  })

  it('hand files of the machine over only as seen', () => {
    expect(effectsOf('docker run --env-file .env x')).toContain('secret.read .env')
    expect(effectsOf('docker run -v ~/.ssh:/s:ro x')).toContain('secret.read ~/.ssh')
    expect(effectsOf('docker build --secret id=a,src=.env .')).toContain('secret.read .env')
    expect(effectsOf('docker cp ~/.aws x:/a')).toContain('secret.read ~/.aws')
    expect(effectsOf('docker cp x:/a ~/.bashrc').join()).toContain('persist')
  })
})
