// New and changed files that instruct the agent, looked through for injection: the client gives them to
// the model whole, and nobody may have read them. Off the gate's path: what takes longer is found later.
import type { Digest } from '../../domain/hash.ts'
import { InjectionDetected } from '../../domain/event/event.ts'
import type { Draft } from '../../domain/event/envelope.ts'
import { type InjectionAction, reaction } from '../../domain/sensitive/injection/reaction.ts'
import { readText } from '../client/clientFiles.ts'
import type { Scanned, Scanner } from '../sensitive/Scanner.ts'

/** Read of one file. The client gives the model no more of one. Bytes. */
const MOST_TEXT = 262_144
/** Files of one check; the next one goes on. */
const MOST_TEXTS = 256
/** Of them together, so that a repository cannot fill the memory. UTF-16 units. */
const MOST_UNITS = 8 * 1024 * 1024
const SCAN_MS = 20_000
const MOST_KEPT = 8192

export interface ReadFile {
  /** Absolute. */
  readonly file: string
  readonly hash: Digest
}

export interface InjectionLook {
  /** What was found in a file of this hash, 0 to 1; undefined: nothing, or nobody looked yet. */
  readonly scoreOf: (hash: Digest) => number | undefined
  /** Resolves when all that can be looked through is, and hits are in the log. Never rejects. */
  readonly scan: (
    files: ReadonlyArray<ReadFile>,
    session: string | null,
    seenIn: string,
  ) => Promise<void>
}

export const makeInjectionLook = (options: {
  readonly scanner: Scanner
  readonly action: () => InjectionAction
  readonly append: (drafts: ReadonlyArray<Draft>) => Promise<unknown>
  readonly onNotice: (line: string) => void
}): InjectionLook => {
  const found = new Map<
    Digest,
    Pick<Scanned, 'tier'> & { readonly score: number; readonly detector: string }
  >()
  const told = new Set<string>()
  const keep = (hash: Digest, one: Scanned): void => {
    const { injection, tier } = one
    // One that was not looked through to its end is looked at again.
    if (injection === undefined || (one.cut > 0 && injection.label === 'benign')) return
    const score = injection.label === 'injection' ? injection.score : 0
    found.set(hash, { score, detector: injection.detector, tier })
    if (found.size > MOST_KEPT) found.delete(found.keys().next().value!)
  }

  const lookThrough = async (files: ReadonlyArray<ReadFile>): Promise<void> => {
    const texts: Array<string> = []
    const hashes: Array<Digest> = []
    let units = 0
    for (const { file, hash } of files) {
      if (found.has(hash) || hashes.includes(hash)) continue
      if (texts.length === MOST_TEXTS || units > MOST_UNITS) break
      const read = readText(file, MOST_TEXT)
      if (read.found !== 'text') continue
      texts.push(read.text)
      hashes.push(hash)
      units += read.text.length
    }
    if (texts.length === 0) return
    const deadline = performance.now() + SCAN_MS
    const scanned = await options.scanner.scan(texts, { injection: true, models: true, deadline })
    for (const [at, one] of scanned.entries()) keep(hashes[at]!, one)
  }

  return {
    scoreOf: (hash) => {
      const score = found.get(hash)?.score ?? 0
      return score === 0 ? undefined : score
    },
    scan: async (files, session, seenIn) => {
      if (options.action() === 'off') return
      try {
        await lookThrough(files)
        const drafts: Array<Draft> = []
        for (const { hash } of files) {
          const hit = found.get(hash)
          const key = `${session ?? ''} ${hash}`
          if (hit === undefined || told.has(key)) continue
          const { score, detector, tier } = hit
          if (!reaction('instructions', score, options.action()).witness) continue
          told.add(key)
          if (told.size > MOST_KEPT) told.delete(told.values().next().value!)
          drafts.push({
            session,
            event: new InjectionDetected({ seenIn, detector, score, tier, source: 'instructions' }),
          })
        }
        if (drafts.length > 0) await options.append(drafts)
      } catch (error) {
        options.onNotice(`instructions were not looked through for injection: ${String(error)}`)
      }
    },
  }
}
