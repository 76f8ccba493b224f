import { describe, expect, it } from 'vitest'
import { KeyFailure } from '../../../src/infra/keys/keyFile.ts'
import { closedVault } from '../../../src/infra/vault/closedVault.ts'
import { valueFor } from './vaultLog.ts'

describe('a vault without the master key', () => {
  it('gives no token, restores none, and says why', async () => {
    const problem = new KeyFailure({
      reason: 'missing',
      path: '/keys/master.key',
      detail: 'the master key is missing',
      remedy: 'restore it from a backup',
    })
    const vault = closedVault(problem)
    const session = await vault.of('s')
    expect(() => session.tokenise([valueFor('a@e.test')])).toThrow(problem)
    expect(session.valueOf(`[PII_${'0'.repeat(32)}]`)).toBeUndefined()
    await expect(vault.collect({ before: 0, dryRun: true })).rejects.toBe(problem)
    await expect(vault.valuesOf('s')).rejects.toBe(problem)
  })
})
