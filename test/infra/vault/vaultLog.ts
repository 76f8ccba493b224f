// A vault over a real log and real key files in a private folder, that can be closed and opened again.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Draft } from '../../../src/domain/event/envelope.ts'
import { randomBytes } from '../../../src/infra/crypto/nodeCrypto.ts'
import type { Pin } from '../../../src/infra/keys/identity.ts'
import { makeVault, type OpenVault } from '../../../src/infra/vault/logVault.ts'
import type { SessionVault, Tokenised, Value } from '../../../src/infra/vault/Vault.ts'
import type { LevelWitness } from '../../../src/infra/store/levelWitness.ts'
import { scratch } from '../files/scratch.ts'
import { create, openLog } from '../store/scratchLog.ts'

export const DAY = 86_400_000
export const MASTER = new Uint8Array(32).fill(9)

export interface VaultLog {
  readonly dir: string
  readonly witnessDir: string
  readonly keysDir: string
  vault: OpenVault
  log: LevelWitness
  /** Milliseconds; put it forward to let time pass. */
  time: number
  /** Closes the log and opens it again, as a restart does; `wrap` stands between vault and log. */
  readonly reopen: (wrap?: (log: LevelWitness) => LevelWitness) => Promise<void>
  readonly close: () => Promise<void>
  /** Gives values tokens and appends what the vault says. */
  readonly store: (session: string, values: ReadonlyArray<Value | string>) => Promise<Tokenised>
  readonly valueOf: (session: string, token: string) => Promise<string | undefined>
  readonly vaultKeys: () => ReadonlyArray<string>
}

export const valueFor = (one: Value | string): Value =>
  typeof one === 'string' ? { type: 'EMAIL_ADDRESS', value: one } : one

export const draftsOf = (session: string, { events }: Tokenised): ReadonlyArray<Draft> =>
  events.map((event) => ({ session, event }))

export const openVaultLog = async (): Promise<VaultLog> => {
  const dir = scratch()
  const witnessDir = path.join(dir, 'witness')
  const keysDir = path.join(dir, 'keys')
  fs.mkdirSync(keysDir, { mode: 0o700 })
  const identity: Pin = await create(witnessDir)
  let close = async (): Promise<void> => {}
  const made: VaultLog = {
    vault: undefined as never,
    log: undefined as never,
    dir,
    witnessDir,
    keysDir,
    time: 1_760_000_100_000,
    reopen: async (wrap: (log: LevelWitness) => LevelWitness = (log) => log) => {
      await close()
      const opened = await openLog(witnessDir, identity, { now: () => made.time })
      made.log = opened.log
      made.vault = makeVault({
        log: wrap(opened.log),
        keysDir,
        masterKey: MASTER,
        now: () => made.time,
        random: randomBytes,
      })
      made.vault.sweep()
      close = async () => {
        close = async () => {}
        await opened.close()
      }
    },
    close: () => close(),
    store: async (session: string, values: ReadonlyArray<Value | string>) => {
      const one: SessionVault = await made.vault.of(session)
      const tokenised = one.tokenise(values.map(valueFor))
      if (tokenised.events.length > 0) await made.log.append(draftsOf(session, tokenised))
      return tokenised
    },
    valueOf: async (session: string, token: string) =>
      (await made.vault.of(session)).valueOf(token)?.value,
    vaultKeys: () => {
      const at = path.join(keysDir, 'vault')
      return fs.existsSync(at) ? fs.readdirSync(at).sort() : []
    },
  }
  await made.reopen()
  onTestFinished(() => close())
  return made
}
