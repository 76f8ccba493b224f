// What a prompt brings along: the client reads a file that is mentioned with `@` into it, and no hook sees
// that, let alone changes it. So it is read here as well, to say what is in it.
import { normalise } from '../../domain/action/paths.ts'
import type { Place } from '../../domain/action/place.ts'
import { mentionsIn } from '../../domain/hook/claudeParts.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { ActionOf } from '../../domain/sensitive/piiActions.ts'
import { counted, isAny, type TypeCounts } from '../../domain/sensitive/typeCounts.ts'
import type { Settings } from '../config/settings.ts'
import type { Scanner } from '../sensitive/Scanner.ts'

const MENTION_MS = 1500

export interface PromptMentionsOptions {
  readonly scanner: Scanner
  readonly actionOf: () => ActionOf
  readonly settings: () => Settings
  readonly outside: (event: HookEvent) => Place
  /** The text of a file by its absolute path; undefined where there is none to be read. */
  readonly mentioned: (file: string) => string | undefined
}

/** Of each file that has some: the values in it that would take a token. */
export const makePromptMentions =
  ({ scanner, actionOf, settings, outside, mentioned }: PromptMentionsOptions) =>
  async (event: HookEvent): Promise<ReadonlyArray<TypeCounts>> => {
    if (event.kind !== 'prompt') return []
    const { home } = outside(event)
    const texts = mentionsIn(event.prompt).flatMap(
      (name) => mentioned(normalise(name, event.cwd, home)) ?? [],
    )
    if (texts.length === 0) return []
    const scanned = await scanner.scan(texts, {
      injection: false,
      models: false,
      own: settings()['pii.patterns'],
      deadline: performance.now() + MENTION_MS,
    })
    const isKept = (type: string): boolean => actionOf()(type) === 'tokenize'
    return scanned
      .map(({ spans }) => counted(spans.map(({ type }) => type).filter(isKept)))
      .filter(isAny)
  }
