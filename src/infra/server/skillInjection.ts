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
/** Files that are looked through at once, so that no event waits for more than these to be read. */
const MOST_TEXTS = 32
/** Of one check; the next one goes on. */
const MOST_FILES = 512
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

  const lookThrough = async (files: ReadonlyArray<ReadFile>, deadline: number): Promise<void> => {
    const texts: Array<string> = []
    for (const { file } of files) {
      const read = readText(file, MOST_TEXT)
      texts.push(read.found === 'text' ? read.text : '')
    }
    const scanned = await options.scanner.scan(texts, { injection: true, models: true, deadline })
    for (const [at, one] of scanned.entries()) if (texts[at] !== '') keep(files[at]!.hash, one)
  }

  const lookThroughAll = async (files: ReadonlyArray<ReadFile>): Promise<void> => {
    const left = new Map<Digest, ReadFile>()
    for (const one of files)
      if (!found.has(one.hash) && left.size < MOST_FILES) left.set(one.hash, one)
    const deadline = performance.now() + SCAN_MS
    const all = [...left.values()]
    for (let at = 0; at < all.length && performance.now() < deadline; at += MOST_TEXTS) {
      await lookThrough(all.slice(at, at + MOST_TEXTS), deadline)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  return {
    scoreOf: (hash) => {
      const score = found.get(hash)?.score ?? 0
      return score === 0 ? undefined : score
    },
    scan: async (files, session, seenIn) => {
      if (options.action() === 'off') return
      try {
        await lookThroughAll(files)
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
