// The stored secrets of a running control plane: what the log says of each, and its value, read once and
// kept in memory. The log decides: a value without an entry is none.
import * as Result from 'effect/Result'
import type { Sinks } from '../../domain/secret/sinkList.ts'
import { type CompiledFilter, compileFilter, filtered } from '../../domain/secret/filter.ts'
import { placeholderOf } from '../../domain/secret/placeholder.ts'
import { type SecretsState, storedNames, storedSecret } from '../../projections/secrets.ts'
import type { FileFailure } from '../files/failure.ts'
import { destroySecret, readSecret, sweepSecrets, writeSecret } from './secretFiles.ts'
import type { Secrets } from './Secrets.ts'

export interface SecretStore extends Secrets {
  /** Puts every stored value's name in its place: for `filtered` and streams. Made anew on a change. */
  readonly filter: () => CompiledFilter
  /** The same of a text; undefined where no secret is stored. */
  readonly hide: () => ((text: string) => string) | undefined
  readonly list: () => ReadonlyArray<
    { readonly name: string } & SecretsState['secrets'][string] & { readonly usable: boolean }
  >
  /** The value's file, before its entry is in the log. */
  readonly keep: (secret: {
    readonly name: string
    readonly sinks: Sinks
    readonly value: string
  }) => Result.Result<void, FileFailure>
  readonly destroy: (name: string) => Result.Result<void, FileFailure>
  /** Once at the start: how many files were left that belong to nothing. */
  readonly sweep: () => Result.Result<number, FileFailure>
}

export interface SecretStoreOptions {
  readonly keysDir: string
  readonly masterKey: Uint8Array
  readonly stored: () => SecretsState
  /** A value that cannot be used; told once until it is stored anew. */
  readonly onUnusable: (message: string) => void
}

export const makeSecretStore = (options: SecretStoreOptions): SecretStore => {
  const { keysDir, masterKey, stored } = options
  // By the sinks that the log had when it was read: other sinks are another file.
  const cache = new Map<string, { readonly sinks: Sinks; readonly value: string | undefined }>()
  const valueOf = (name: string): string | undefined => {
    const of = storedSecret(stored(), name)
    if (of === undefined) return undefined
    const { sinks } = of
    const known = cache.get(name)
    if (known?.sinks === sinks) return known.value
    const read = readSecret(keysDir, masterKey, { name, sinks })
    if (Result.isFailure(read)) options.onUnusable(read.failure.message)
    const value = Result.isSuccess(read) && read.success !== 'no-value' ? read.success : undefined
    cache.set(name, { sinks, value })
    return value
  }
  const all = () =>
    storedNames(stored()).flatMap((name) => {
      const value = valueOf(name)
      return value === undefined ? [] : [{ name, value }]
    })
  let compiled = { of: [] as ReturnType<typeof all>, filter: compileFilter([]) }
  const filter = (): CompiledFilter => {
    const of = all()
    const same =
      of.length === compiled.of.length &&
      of.every(({ name, value }, i) => {
        const before = compiled.of[i]!
        return before.name === name && before.value === value
      })
    if (!same) {
      const filters = of.map(({ name, value }) => ({ find: value, as: placeholderOf(name) }))
      compiled = { of, filter: compileFilter(filters) }
    }
    return compiled.filter
  }
  const hidden = (text: string): string => {
    const without = filtered(filter(), text)
    // Bytes know no lone surrogates: a text without a value stays the one it was.
    return without === text.toWellFormed() ? text : without
  }
  return {
    filter,
    hide: () => (all().length === 0 ? undefined : hidden),
    find: (name) => {
      const of = storedSecret(stored(), name)
      return of === undefined ? undefined : { name, sinks: of.sinks }
    },
    valueOf,
    all,
    list: () =>
      storedNames(stored()).map((name) => ({
        name,
        ...storedSecret(stored(), name)!,
        usable: valueOf(name) !== undefined,
      })),
    keep: (secret) => {
      cache.delete(secret.name)
      return writeSecret(keysDir, masterKey, secret)
    },
    destroy: (name) => {
      cache.delete(name)
      return destroySecret(keysDir, name)
    },
    sweep: () => sweepSecrets(keysDir, storedNames(stored())),
  }
}
