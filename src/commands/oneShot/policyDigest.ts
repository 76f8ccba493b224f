// A policy as the log will hold it: its digest and those of the chunks it is cut into.
import { chunksOf } from '../../domain/event/chunks.ts'
import { type Policy, policyBytes, policyDigest } from '../../domain/policy/policy.ts'
import { sha256 } from '../../infra/crypto/nodeCrypto.ts'

export const digestAndChunks = (
  policy: Policy,
): { readonly digest: string; readonly chunks: ReadonlyArray<string> } => ({
  digest: policyDigest(policy, sha256),
  chunks: chunksOf(policyBytes(policy), sha256).map((chunk) => chunk.digest),
})
