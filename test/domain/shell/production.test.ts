import { describe, expect, it } from 'vitest'
import { exampleAction } from '../../../src/domain/policy/examples.ts'
import { productionIn } from '../../../src/domain/shell/production.ts'
import { literalWord } from '../../../src/domain/shell/word.ts'

const found = (...words: ReadonlyArray<string>) =>
  productionIn(words.map((word) => literalWord(word)))

describe('production in the words of a command', () => {
  it.each([
    [['--context', 'prod', 'delete', 'pod', 'web'], 'prod'],
    [['s3', 'rm', 's3://app-prod/logs'], 'app-prod'],
    [['-d', 'app_production'], 'app_production'],
    [['postgres://u:p@db.prod.example.com/app'], 'db.prod.example.com'],
    [['-chdir=envs/prod', 'destroy'], 'prod'],
    [['--host=PROD-db'], 'PROD-db'],
    [['-f', 'compose.prod.yml'], 'compose.prod.yml'],
  ])('%j names %s', (words, name) => {
    expect(found(...words)).toBe(name)
  })

  it.each([
    [['install', 'prod-like', '--production']],
    [['get', 'products']],
    [['-c', 'select * from prod']],
    [['reproduce', 'produce', 'livestock', 'deliver']],
    [['--password', 'prod-secret', '--token=prod-x', 'postgres://prod:prod@dev/app']],
  ])('%j names none but what stands there', (words) => {
    expect(found(...words)).toBe(words.includes('prod-like') ? 'prod-like' : undefined)
  })

  it('is the target of what has no other', () => {
    const [effect] = exampleAction('kubectl --context prod delete pod web').effects
    expect(effect).toMatchObject({ kind: 'destroy.infra', target: { name: 'prod' } })
    const [plain] = exampleAction('kubectl --context dev delete pod web').effects
    expect(plain).not.toHaveProperty('target')
    const [hosted] = exampleAction('curl https://prod.example.com/prod').effects
    expect(hosted).toMatchObject({ target: { host: 'prod.example.com' } })
  })

  it('a database of the environment is one that the command may reach', () => {
    const hosts = (command: string) =>
      exampleAction(command).effects.flatMap(({ target }) =>
        target !== undefined && 'host' in target ? [target.host] : [],
      )
    expect(hosts('DATABASE_URL=postgres://u:p@db.example.com:5432/app npm run migrate')).toEqual([
      'db.example.com',
    ])
    expect(hosts('PGHOST=db.example.com npm run migrate')).toEqual(['db.example.com'])
    expect(hosts('API_URL=https://db.example.com npm test')).toEqual([])
    expect(hosts('DATABASE_URL="$X" npm test')).toEqual([])
    expect(hosts('DATABASE_URL=sqlite:///a.db npm test')).toEqual([])
  })
})
