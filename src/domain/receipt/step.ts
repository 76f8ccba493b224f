// One decision as comparing needs it: its receipt's address, and what a call is known by when its
// receipts differ. Small, so that a million of them fit into memory; the receipts are read when they
// are shown.
import { utf8 } from '../bytes.ts'
import { canonicalJson } from '../canonical.ts'
import { type Digest, digestOf, type Sha256 } from '../hash.ts'
import type { Receipt } from './receipt.ts'

export interface Step {
  readonly digest: Digest
  /** Index of the entry in its log; null where the source has none. */
  readonly index: number | null
  /** The same for two receipts of one call, from the most telling to the least. */
  readonly likeness: Likeness
}

/** The action as a whole; what it is called; event and tool. Digests and names, compared only. */
export type Likeness = readonly [action: string, called: string, tool: string]
export const LIKENESSES = [0, 1, 2] as const

/** Remembers what it made: a session asks for the same thing many times. */
export const stepMaker = (
  sha256: Sha256,
): ((digest: Digest, receipt: Receipt, index: number | null) => Step) => {
  const known = new Map<Digest, Likeness>()
  const tools = new Map<string, string>()
  return (digest, receipt, index) => {
    const held = known.get(digest)
    if (held !== undefined) return { digest, index, likeness: held }
    const { event, action } = receipt
    const short = (value: unknown): string =>
      digestOf(sha256, utf8(canonicalJson(value))).slice(0, 32)
    const name = `${event}\n${action.tool}`
    const tool = tools.get(name) ?? name
    tools.set(name, tool)
    const likeness: Likeness = [
      short([event, action]),
      short([event, action.tool, action.capabilities]),
      tool,
    ]
    known.set(digest, likeness)
    return { digest, index, likeness }
  }
}
