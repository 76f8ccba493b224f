// config.toml and policy.json follow the log: they show what is in force, and are written from it,
// never the other way round.
import * as fs from 'node:fs'
import * as Result from 'effect/Result'
import { fromUtf8 } from '../../domain/bytes.ts'
import { MOST_POLICY_BYTES, parsePolicyText, policyDigest } from '../../domain/policy/policy.ts'
import { effectiveSettings } from '../config/settings.ts'
import { configDrift, isEarlierConfig, writeConfig } from '../config/toml.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { atomicWrite } from '../files/atomicWrite.ts'
import type { FileFailure } from '../files/failure.ts'
import { readOwnFile } from '../files/readOwnFile.ts'
import type { ControlContext } from './context.ts'
import { keepPolicyBackup } from './policyBackups.ts'

type Views = Pick<ControlContext, 'paths' | 'log' | 'policies' | 'now'>

/** Writes config.toml anew where it says anything else than the log. */
export const writeConfigView = ({ paths, log }: Views): Result.Result<void, FileFailure> => {
  const settings = effectiveSettings(log.projected().gate.settings)
  return configDrift(paths.configFile, settings).length === 0
    ? Result.succeed(undefined)
    : writeConfig(paths.configFile, settings)
}

/**
 * Writes policy.json anew where it holds another policy: its owner's layout of the same one stays, and
 * what stood there is kept beside it first.
 */
export const writePolicyView = ({
  paths,
  log,
  policies,
  now,
}: Views): Result.Result<void, FileFailure> => {
  const digest = log.projected().gate.policy?.digest
  const held = digest === undefined ? undefined : policies.get(digest)
  if (held === undefined || digestIn(paths.policyFile) === digest) return Result.succeed(undefined)
  return Result.andThen(keepPolicyBackup(paths.policyFile, now()), () =>
    atomicWrite(paths.policyFile, `${JSON.stringify(held.policy, null, 2)}\n`),
  )
}

/**
 * Views that are not there, or that an earlier version wrote: what is there and differs otherwise may be
 * an edit that somebody wants adopted.
 */
export const writeMissingViews = (views: Views): Result.Result<void, FileFailure> =>
  Result.gen(function* () {
    const { configFile } = views.paths
    const settings = effectiveSettings(views.log.projected().gate.settings)
    if (!fs.existsSync(configFile) || isEarlierConfig(configFile, settings))
      yield* writeConfigView(views)
    if (!fs.existsSync(views.paths.policyFile)) yield* writePolicyView(views)
    return undefined
  })

const digestIn = (file: string): string | undefined => {
  const read = readOwnFile(file, { maxBytes: MOST_POLICY_BYTES })
  const policy = Result.isSuccess(read) ? parsePolicyText(fromUtf8(read.success) ?? '') : undefined
  return policy !== undefined && Result.isSuccess(policy)
    ? policyDigest(policy.success, sha256)
    : undefined
}
