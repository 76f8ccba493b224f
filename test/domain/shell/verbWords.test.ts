import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namesSecret, partsOf, verbIn } from '../../../src/domain/shell/programs/verbWords.ts'

describe('verbIn', () => {
  it('finds the verb in every spelling of a word', () => {
    for (const word of [
      'list',
      'list-buckets',
      'list_queues',
      'listQueues',
      'DescribeInstances',
      'get-caller-identity',
      'batch-get-item',
      'admin-list-devices',
      'head-object',
      'lookup-events',
      'simulate-principal-policy',
      'test-dns-answer',
      'cluster_status',
    ])
      expect(verbIn(word)?.deed, word).toBe('looks')
    for (const word of ['create', 'put-object', 'StartInstances', 'set-policy', 'batch-write-item'])
      expect(verbIn(word)?.deed, word).toBe('changes')
    for (const word of [
      'delete',
      'rm',
      'terminate-instances',
      'DeleteBucket',
      'release-address',
      'schedule-key-deletion',
      'force_reset',
      'purge_queue',
      'vm-delete',
      'detach-volume',
    ])
      expect(verbIn(word)?.deed, word).toBe('destroys')
  })

  it('says of a word that it may be a thing, or that it is no verb', () => {
    expect(verbIn('lock')).toMatchObject({ weak: true })
    expect(verbIn('diagnostic-settings')?.weak).toBe(true)
    for (const word of ['instances', 'record-set', 'a/b', 's3://b', '', '--list', 'x'.repeat(500)])
      expect(verbIn(word), word).toBeUndefined()
  })

  it('splits any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(partsOf(text)).not.toContain('')
        const verb = verbIn(text)
        expect(verb === undefined || typeof verb.weak === 'boolean').toBe(true)
      }),
    )
  })
})

describe('namesSecret', () => {
  it('tells a secret from what is known about one', () => {
    for (const words of [
      ['get-secret-value'],
      ['secrets', 'versions', 'access'],
      ['print-access-token'],
    ])
      expect(namesSecret(words), words.join(' ')).toBe(true)
    for (const words of [
      ['get-account-password-policy'],
      ['get-credential-report'],
      ['keyvault', 'key', 'show'],
      ['get-access-key-last-used'],
    ])
      expect(namesSecret(words), words.join(' ')).toBe(false)
  })
})
